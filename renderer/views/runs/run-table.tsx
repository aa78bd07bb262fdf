import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { useText } from '../../strings/text.ts';
import { useMetricName } from '../../strings/use-metric-name.ts';
import type { ColumnKey, Sorting } from './columns.ts';
import { RunRow } from './run-row.tsx';
import styles from './runs.module.css';

interface RunTableProps {
  readonly project: string;
  readonly runs: readonly RunView[];
  readonly metrics: readonly `test.${string}`[];
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly compared: ReadonlySet<string>;
  readonly onCompare: (runs: ReadonlySet<string>) => void;
  readonly onDelete: (runs: readonly string[]) => void;
}

const rowHeight = 36;

/** The runs of a project; only the rows in view exist. */
export function RunTable(props: RunTableProps) {
  const { project, runs, metrics, sorting, onSort, compared, onCompare, onDelete } = props;
  const text = useText();
  const metricName = useMetricName();
  const frameRef = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => frameRef.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => runs[index]?.record.id ?? index,
  });
  const columns: readonly { readonly key: ColumnKey; readonly label: string; readonly numeric: boolean }[] = [
    { key: 'name', label: text('runs.columnName'), numeric: false },
    { key: 'status', label: text('runs.columnStatus'), numeric: false },
    { key: 'created', label: text('runs.columnCreated'), numeric: false },
    { key: 'epoch', label: text('runs.columnEpoch'), numeric: true },
    ...metrics.map((key) => ({
      key,
      label: text('runs.onTest', { metric: metricName(key.slice('test.'.length)) }),
      numeric: true,
    })),
    { key: 'parameters', label: text('runs.columnParameters'), numeric: true },
    { key: 'seconds', label: text('runs.columnTime'), numeric: true },
  ];
  const template = [
    '36px',
    'minmax(120px, 1.6fr)',
    '104px',
    '150px',
    '72px',
    ...metrics.map(() => 'minmax(84px, 0.6fr)'),
    '88px',
    '80px',
    'minmax(88px, 0.8fr)',
    'minmax(96px, 1fr)',
    '40px',
  ].join(' ');
  const all = runs.length > 0 && runs.every(({ record }) => compared.has(record.id));
  const toggle = (run: string): void => {
    const next = new Set(compared);
    if (!next.delete(run)) next.add(run);
    onCompare(next);
  };
  return (
    <ScrollRegion ref={frameRef} className={styles.frame} label={text('runs.table')}>
      <table className={styles.grid} aria-label={text('runs.table')} aria-rowcount={runs.length + 1}>
        <thead className={styles.head}>
          <tr className={styles.row} style={{ gridTemplateColumns: template }} aria-rowindex={1}>
            <td className={styles.cell}>
              <Checkbox
                aria-label={text('runs.selectAll')}
                checked={all}
                indeterminate={!all && compared.size > 0}
                onChange={() => onCompare(all ? new Set() : new Set(runs.map(({ record }) => record.id)))}
              />
            </td>
            {columns.map(({ key, label, numeric }) => {
              const sorted = sorting.column === key;
              const Arrow = sorting.descending ? IconArrowDown : IconArrowUp;
              return (
                <th
                  key={key}
                  scope="col"
                  className={numeric ? `${styles.cell} ${styles.numeric}` : styles.cell}
                  aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    className={styles.sort}
                    onClick={() => onSort({ column: key, descending: sorted ? !sorting.descending : false })}
                  >
                    {label}
                    {sorted && <Arrow size={12} aria-hidden />}
                  </button>
                </th>
              );
            })}
            {(['runs.columnTags', 'runs.columnNote'] as const).map((key) => (
              <th key={key} scope="col" className={styles.cell}>
                <span className={styles.sort}>{text(key)}</span>
              </th>
            ))}
            <th scope="col" className={styles.cell}>
              <span className="only-read">{text('runs.columnActions')}</span>
            </th>
          </tr>
        </thead>
        <tbody className={styles.body} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ key, index, start }) => {
            const view = runs[index];
            return (
              view !== undefined && (
                <RunRow
                  key={key}
                  project={project}
                  view={view}
                  metrics={metrics}
                  index={index + 2}
                  style={{
                    gridTemplateColumns: template,
                    position: 'absolute',
                    top: 0,
                    transform: `translateY(${start}px)`,
                  }}
                  compared={compared.has(view.record.id)}
                  onCompare={() => toggle(view.record.id)}
                  onDelete={() => onDelete([view.record.id])}
                />
              )
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
