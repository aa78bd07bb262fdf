import type { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { datasetsContract } from '../../../engine/contract/rpc/datasets.ts';
import { cellText, unknownColumn } from '../../../engine/data/table.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { bucketColumn, type PickedRows } from '../../platform/tables/browse-table.ts';
import { withDatabase } from '../../platform/tables/database.ts';
import { loadColumns } from '../../platform/tables/load-table.ts';
import { packFloats } from '../events/pack.ts';
import type { Dataset } from './dataset.ts';

type Output<Name extends 'rows' | 'plot'> = z.infer<
  NonNullable<(typeof datasetsContract)[Name]['~orpc']['outputSchema']>
>;

/** Rows [offset, offset + count) of a dataset as text. */
export async function readRows(
  folder: string,
  dataset: Dataset,
  offset: number,
  count: number,
): Promise<Output<'rows'>> {
  const columns = dataset.columns.map(({ name }) => name);
  const present = Math.max(0, Math.min(count, dataset.rows - offset));
  if (present === 0) return { total: dataset.rows, columns, rows: [] };
  const table = await withDatabase({ path: joinPath(folder, 'data.duckdb'), readOnly: true }, (connection) =>
    loadColumns(connection, dataset.id, dataset.columns, present, dataset.source, offset),
  );
  const rows = Array.from({ length: present }, (_, row) =>
    table.columns.map((column) => cellText(column, row)),
  );
  return { total: dataset.rows, columns, rows };
}

export interface PlotOptions extends PickedRows {
  readonly column: string;
  /** Column with the time of a row, or null. */
  readonly time: string | null;
  readonly points: number;
}

/** A numeric column, decimated to its extremes. */
export async function plotColumn(
  folder: string,
  dataset: Dataset,
  options: PlotOptions,
): Promise<Output<'plot'>> {
  const column = dataset.columns.find(({ name }) => name === options.column);
  if (column === undefined) {
    const message = `There is no column "${options.column}"`;
    throw unknownColumn(message, options.column, { name: dataset.source, columns: dataset.columns });
  }
  if (column.type === 'text') {
    throw new WorkbenchError('usage/invalid', `"${column.name}" holds text, which cannot be plotted`, {
      hint: 'Choose a column of numbers.',
    });
  }
  const time = dataset.columns.find(({ name }) => name === options.time);
  return withDatabase({ path: joinPath(folder, 'data.duckdb'), readOnly: true }, async (connection) => {
    const buckets = await bucketColumn(connection, dataset.id, column, options, options.points);
    const times: string[] = [];
    const first = buckets[0]?.firstRow;
    const last = buckets.at(-1)?.firstRow;
    if (time !== undefined && first !== undefined && last !== undefined) {
      const count = last - first + 1;
      const texts = await loadColumns(connection, dataset.id, [time], count, dataset.source, first - 1);
      const [cells] = texts.columns;
      if (cells !== undefined)
        for (const { firstRow } of buckets) times.push(cellText(cells, firstRow - first) ?? '');
    }
    return {
      firstRows: buckets.map(({ firstRow }) => firstRow),
      minimum: packFloats(buckets.map(({ minimum }) => minimum ?? Number.NaN)),
      maximum: packFloats(buckets.map(({ maximum }) => maximum ?? Number.NaN)),
      times,
    };
  });
}
