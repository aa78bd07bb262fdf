import { Empty } from '../../components/empty.tsx';
import { nodeAt, shapeOf } from '../../state/schema.ts';
import { useExperiment } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useSchema } from '../frame/use-schema.ts';
import { FieldView } from '../model/field.tsx';
import styles from './data.module.css';

/** What the list of columns shows already. */
const shownElsewhere = new Set(['name', 'role', 'encoding']);
/** Settings of the time column alone, and of every column but it. */
const ofTime = new Set(['timeFormat', 'timeZone', 'calendar', 'calendarForm']);

interface ColumnSettingsProps {
  /** Name of the chosen column. */
  readonly column: string | null;
}

/** How the chosen column is prepared: outliers, transform, lags, calendar. */
export function ColumnSettings({ column }: ColumnSettingsProps) {
  const text = useText();
  const root = useSchema();
  const valid = useExperiment((state) => state.valid);
  const index = useExperiment(
    (state) => state.experiment?.data.columns.findIndex(({ name }) => name === column) ?? -1,
  );
  const role = useExperiment((state) => state.experiment?.data.columns[index]?.role ?? 'ignore');
  const node = nodeAt(root, ['data', 'columns', 0], {});
  const shape = node === undefined ? null : shapeOf(node);
  if (index === -1 || role === 'ignore' || shape?.kind !== 'group')
    return <Empty>{text('data.columnUnused')}</Empty>;
  const fields = shape.fields.filter(
    ({ key }) => !shownElsewhere.has(key) && ofTime.has(key) === (role === 'time'),
  );
  return (
    <fieldset className={styles.settings} disabled={!valid} key={column}>
      {fields.map((field) => (
        <FieldView
          key={field.key}
          path={['data', 'columns', index, field.key]}
          node={field.node}
          optional={field.optional}
        />
      ))}
    </fieldset>
  );
}
