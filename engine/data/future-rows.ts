import type { Experiment } from '../contract/experiment.ts';
import { type Column, isMissing, type Table } from './table.ts';
import type { UsedColumns } from './used-columns.ts';

/**
 * Rows of a file to predict on that tell only what is known ahead: every input and target that is known up to the
 * present holds nothing. Null where no column is known ahead.
 */
export function futureRows(experiment: Experiment, table: Table, used: UsedColumns): Uint8Array | null {
  const { columns } = experiment.data;
  if (!columns.some(({ known }) => known === 'future')) return null;
  const past = pastColumns(used);
  const future = new Uint8Array(table.rowCount);
  if (past.length === 0) return future;
  for (let row = 0; row < table.rowCount; row++) {
    future[row] = past.every((column) => isMissing(column, row)) ? 1 : 0;
  }
  return future;
}

/** Columns whose values are known up to the present row only. */
export function pastColumns(used: UsedColumns): Column[] {
  const past = [...used.features, ...used.targets].filter(
    ({ config }) => config.known === undefined || config.known === 'past',
  );
  return [...new Set(past.map(({ column }) => column))];
}
