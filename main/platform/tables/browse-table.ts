import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, literal } from './database.ts';
import type { StoredColumn } from './stored-column.ts';

export interface Bucket {
  /** 1-based row of the file. */
  readonly firstRow: number;
  /** null where every value of the bucket is missing. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

export interface PickedRows {
  /** Rows of one series only: its column and the text that names it. */
  readonly series: { readonly column: string; readonly text: string } | null;
  /** Rows of the file from `first` to `last` only, 1-based. */
  readonly rows: { readonly first: number; readonly last: number } | null;
}

/**
 * Least and greatest value of a column in each of `points` buckets of rows of about equal size, in the order of the
 * file, so that a plot as wide as this shows every peak.
 */
export async function bucketColumn(
  connection: DuckDBConnection,
  table: string,
  column: StoredColumn,
  { series, rows }: PickedRows,
  points: number,
): Promise<Bucket[]> {
  const value = column.type === 'time' ? `epoch_ms(${identifier(column.name)})` : identifier(column.name);
  const wanted = [
    ...(series === null ? [] : [`CAST(${identifier(series.column)} AS VARCHAR) = ${literal(series.text)}`]),
    ...(rows === null ? [] : [`rowid BETWEEN ${rows.first - 1} AND ${rows.last - 1}`]),
  ];
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.join(' AND ')}`;
  const result = await connection.runAndReadAll(
    `WITH picked AS (
       SELECT rowid AS row, CAST(${value} AS DOUBLE) AS value,
              row_number() OVER (ORDER BY rowid) - 1 AS place, count(*) OVER () AS total
       FROM ${identifier(table)} ${where}
     )
     SELECT min(row) + 1,
            min(value) FILTER (WHERE isfinite(value)),
            max(value) FILTER (WHERE isfinite(value))
     FROM picked GROUP BY (place * ${points}) // greatest(total, ${points}) ORDER BY 1`,
  );
  return result.getRows().map(([row, minimum, maximum]) => ({
    firstRow: Number(row),
    minimum: minimum === null ? null : Number(minimum),
    maximum: maximum === null ? null : Number(maximum),
  }));
}
