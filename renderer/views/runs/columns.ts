import type { RunView } from '../../../engine/contract/rpc/runs.ts';

/** A column of the table of runs that can be sorted by. */
export type ColumnKey = 'name' | 'status' | 'created' | 'epoch' | 'parameters' | 'seconds' | `test.${string}`;

export interface Sorting {
  readonly column: ColumnKey;
  readonly descending: boolean;
}

/** What a column shows of a run: a number or text to sort by; null sorts last. */
export function cellOf({ record }: RunView, column: ColumnKey): number | string | null {
  switch (column) {
    case 'name':
      return record.name;
    case 'status':
      return record.status;
    case 'created':
      return record.created;
    case 'epoch':
      return record.epoch;
    case 'parameters':
      return record.parameters;
    case 'seconds':
      return record.seconds;
    default:
      return record.metrics?.[column] ?? null;
  }
}

/** Runs in the order of a column; those without a value come last either way. */
export function sortRuns(runs: readonly RunView[], { column, descending }: Sorting): readonly RunView[] {
  const sign = descending ? -1 : 1;
  return [...runs].sort((left, right) => {
    const a = cellOf(left, column);
    const b = cellOf(right, column);
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
  });
}

/** Whether every word of the filter occurs in a run's name, tags, note, status or id. */
export function matches(view: RunView, filter: string): boolean {
  const { record, tags, note } = view;
  const content = [record.name, record.id, record.status, note, ...tags].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => content.includes(word));
}

/** Metrics of the test part that any run has, the loss first; at most so many get a column. */
export function testMetrics(runs: readonly RunView[], most = 4): readonly `test.${string}`[] {
  const names = new Set(runs.flatMap(({ record }) => Object.keys(record.metrics ?? {})));
  return [...names].filter((name): name is `test.${string}` => name.startsWith('test.')).slice(0, most);
}
