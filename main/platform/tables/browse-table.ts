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

/**
 * Least and greatest value of a column in each of `points` buckets of rows of about equal size, in the order of the
 * file, so that a plot as wide as this shows every peak.
 * @param series rows of one series only: its column and the text that names it.
 */
export async function bucketColumn(
  connection: DuckDBConnection,
  table: string,
  column: StoredColumn,
  series: { readonly column: string; readonly text: string } | null,
  points: number,
): Promise<Bucket[]> {
  const value = column.type === 'time' ? `epoch_ms(${identifier(column.name)})` : identifier(column.name);
  const where =
    series === null ? '' : `WHERE CAST(${identifier(series.column)} AS VARCHAR) = ${literal(series.text)}`;
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
