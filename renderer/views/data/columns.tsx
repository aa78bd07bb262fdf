import { NativeSelect, UnstyledButton } from '@mantine/core';
import {
  Icon123,
  IconAbc,
  IconAlertTriangle,
  IconCalendar,
  type Icon,
  IconToggleLeft,
} from '@tabler/icons-react';
import type { ColumnConfig } from '../../../engine/contract/columns.ts';
import type { ColumnProfileView, ProfileView } from '../../../engine/contract/rpc/datasets.ts';
import { Histogram } from '../../components/histogram.tsx';
import { useExperiment } from '../../state/workbench.tsx';
import type { TextKey } from '../../strings/catalog.ts';
import { formatCount, formatNumber } from '../../strings/numbers.ts';
import { optionLabel } from '../../strings/options.ts';
import { useLanguage, useText } from '../../strings/text.ts';
import styles from './columns.module.css';
import { type Encoding, type Role, roles, withRole } from './roles.ts';

const typeIcons: Readonly<Record<ColumnProfileView['type'], Icon>> = {
  number: Icon123,
  integer: Icon123,
  boolean: IconToggleLeft,
  time: IconCalendar,
  text: IconAbc,
};

const typeNames: Readonly<Record<ColumnProfileView['type'], TextKey>> = {
  number: 'data.typeNumber',
  integer: 'data.typeInteger',
  boolean: 'data.typeBoolean',
  time: 'data.typeTime',
  text: 'data.typeText',
};

const encodings: Readonly<Record<ColumnProfileView['type'], readonly Encoding[]>> = {
  number: ['numeric', 'binary', 'oneHot', 'embedding', 'hash', 'label'],
  integer: ['numeric', 'binary', 'oneHot', 'embedding', 'hash', 'label'],
  boolean: ['binary', 'numeric', 'label'],
  time: ['numeric'],
  text: ['oneHot', 'embedding', 'hash', 'label', 'binary', 'text'],
};

interface ColumnsProps {
  readonly profile: ProfileView;
  readonly selected: string | null;
  readonly onSelect: (name: string) => void;
}

/** Every column with its type, its distribution and the role that a person gives it. */
export function Columns({ profile, selected, onSelect }: ColumnsProps) {
  const text = useText();
  const columns = useExperiment((state) => state.experiment?.data.columns ?? noColumns);
  return (
    <div className={styles.box}>
      <table className={styles.columns}>
        <thead>
          <tr>
            <th scope="col">{text('data.column')}</th>
            <th scope="col">{text('data.distribution')}</th>
            <th scope="col">{text('data.role')}</th>
            <th scope="col">{text('data.encoding')}</th>
          </tr>
        </thead>
        <tbody>
          {profile.columns.map((column) => (
            <ColumnRow
              key={column.name}
              column={column}
              config={columns.find(({ name }) => name === column.name) ?? null}
              selected={selected === column.name}
              onSelect={() => onSelect(column.name)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const noColumns: readonly ColumnConfig[] = [];

interface ColumnRowProps {
  readonly column: ColumnProfileView;
  readonly config: ColumnConfig | null;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function ColumnRow({ column, config, selected, onSelect }: ColumnRowProps) {
  const text = useText();
  const language = useLanguage();
  const set = useExperiment((state) => state.set);
  const experiment = useExperiment((state) => state.experiment);
  const editable = useExperiment((state) => state.valid);
  const role = config?.role ?? 'ignore';
  const Icon = typeIcons[column.type];
  const setRole = (next: Role) => {
    if (experiment === null) return;
    set(['data', 'columns'], withRole(experiment.data.columns, column, next, experiment.task));
  };
  const setEncoding = (encoding: Encoding) => {
    if (experiment === null) return;
    set(
      ['data', 'columns'],
      experiment.data.columns.map((other) => (other.name === column.name ? { ...other, encoding } : other)),
    );
  };
  const options = encodings[column.type];
  return (
    <tr data-selected={selected} data-role={role}>
      <th scope="row">
        <UnstyledButton className={styles.name} aria-pressed={selected} onClick={onSelect}>
          <Icon size={16} stroke={1.6} aria-label={text(typeNames[column.type])} />
          <span>{column.name}</span>
        </UnstyledButton>
        <div className={styles.facts}>
          <span>{text(typeNames[column.type])}</span>
          {column.missing > 0 && (
            <span className={styles.problem}>
              <IconAlertTriangle size={12} aria-hidden />
              {text('data.missingCount', { text: formatCount(column.missing, language) })}
            </span>
          )}
          {column.constant && <span className={styles.problem}>{text('data.constant')}</span>}
        </div>
      </th>
      <td className={styles.distribution}>
        {column.histogram === null ? (
          <Histogram
            counts={column.values.map(({ count }) => count)}
            label={text('data.valuesOf', { column: column.name })}
          />
        ) : (
          <Histogram
            counts={column.histogram.counts}
            label={text('data.histogramOf', {
              column: column.name,
              low: edge(column, column.minimum, language),
              high: edge(column, column.maximum, language),
            })}
          />
        )}
      </td>
      <td>
        <NativeSelect
          aria-label={text('data.roleOf', { column: column.name })}
          value={role}
          disabled={!editable}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
          data={roles.map((value) => ({ value, label: optionLabel('role', value, language) }))}
        />
      </td>
      <td>
        {(role === 'feature' || role === 'target' || role === 'featureAndTarget') && (
          <NativeSelect
            aria-label={text('data.encodingOf', { column: column.name })}
            value={config?.encoding ?? 'numeric'}
            disabled={!editable}
            onChange={(event) => setEncoding(event.currentTarget.value as Encoding)}
            data={[...new Set([...options, ...(config === null ? [] : [config.encoding])])].map((value) => ({
              value,
              label: optionLabel('encoding', value, language),
            }))}
          />
        )}
      </td>
    </tr>
  );
}

/** The end of a histogram in words: a day for times, a number otherwise. */
function edge(column: ColumnProfileView, value: number | null, language: 'en' | 'zh'): string {
  if (column.type === 'time' && value !== null) return new Date(value).toISOString().slice(0, 10);
  return formatNumber(value, language);
}
