import { countColumn } from './count-column.ts';
import type { Range } from './fill-missing.ts';
import { findStructure, type SeriesProfile, type SplitProfile, type TimeProfile } from './structure.ts';
import type { AlmostTyped, Column, ColumnType, Table } from './table.ts';

export type { SeriesProfile, SplitProfile, TimeProfile } from './structure.ts';

/** What is known of a table before anything is decided. JSON values only. */
export interface Profile {
  readonly name: string;
  readonly rowCount: number;
  readonly columns: readonly ColumnProfile[];
  readonly time: TimeProfile | null;
  readonly series: SeriesProfile | null;
  /** Column that names the part of each row, with its values by part. */
  readonly split: SplitProfile | null;
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** First rows with nothing in the column, 1-based, at most ten. */
  readonly missingRows: readonly number[];
  readonly infinite: number;
  readonly infiniteRows: readonly number[];
  /** Distinct values, counted up to `distinctLimit`. */
  readonly distinct: number;
  /** Every non-missing value is the same. */
  readonly constant: boolean;
  /** Every non-missing value is 0 or 1 (or true and false). */
  readonly binary: boolean;
  /** Every value is that of the row before plus one: a row number. */
  readonly counter: boolean;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Correlation of neighboring rows of a series in order of time: how far the next value can be told; null for text. */
  readonly autocorrelation: number | null;
  /** Whether the column has one value per series; false without series. */
  readonly constantInSeries: boolean;
  /** Most frequent values first, at most twelve; empty for columns with very many distinct values. */
  readonly values: readonly { readonly text: string; readonly count: number }[];
  readonly almost: AlmostTyped | null;
  /** Of a text column: how long its distinct texts are on average; null for other columns. */
  readonly text: { readonly characters: number; readonly words: number } | null;
}

/** Looks at every cell. */
export function profileTable(table: Table): Profile {
  const counted = table.columns.map((column) => countColumn(column, table.rowCount));
  const structure = findStructure(table, counted);
  const { rows, ranges } = structure;
  const columns = counted.map((counts, i): ColumnProfile => {
    const column = table.columns[i] as Column;
    return {
      ...counts,
      autocorrelation:
        column.type === 'text' || column.type === 'time'
          ? null
          : neighborCorrelation(column.values, rows, ranges),
      constantInSeries: structure.series !== null && ranges.every((range) => constantIn(column, rows, range)),
    };
  });
  const { time, series, split } = structure;
  return { name: table.name, rowCount: table.rowCount, columns, time, series, split };
}

function constantIn(column: Column, rows: Int32Array, { start, end }: Range): boolean {
  const cells = column.type === 'text' ? column.codes : column.values;
  const first = cells[rows[start] as number] as number;
  for (let i = start + 1; i < end; i++) if (cells[rows[i] as number] !== first) return false;
  return true;
}

/** Pearson correlation of each value with the next one of its series; null where there are too few or no variation. */
function neighborCorrelation(
  values: Float64Array,
  rows: Int32Array,
  ranges: readonly Range[],
): number | null {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  for (const { start, end } of ranges) {
    let a = values[rows[start] as number] as number;
    for (let i = start + 1; i < end; i++) {
      const b = values[rows[i] as number] as number;
      if (Number.isFinite(a) && Number.isFinite(b)) {
        count++;
        sumA += a;
        sumB += b;
      }
      a = b;
    }
  }
  if (count < 3) return null;
  const meanA = sumA / count;
  const meanB = sumB / count;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (const { start, end } of ranges) {
    let a = (values[rows[start] as number] as number) - meanA;
    for (let i = start + 1; i < end; i++) {
      const value = values[rows[i] as number] as number;
      const b = value - meanB;
      if (Number.isFinite(a) && Number.isFinite(b)) {
        squaresA += a * a;
        squaresB += b * b;
        products += a * b;
      }
      a = value - meanA;
    }
  }
  const spread = Math.sqrt(squaresA * squaresB);
  return spread > 0 ? products / spread : null;
}
