import { WorkbenchError } from '../base/errors.ts';
import type { AlmostTyped, ColumnType, Table } from './table.ts';

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
  /** Distinct values, counted up to `distinctLimit` and then `distinctLimit`. */
  readonly distinct: number;
  /** Every non-missing value is the same. */
  readonly constant: boolean;
  /** Every non-missing value is 0 or 1 (or true and false). */
  readonly binary: boolean;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Most frequent values first, at most twelve; for columns with few distinct values. */
  readonly values: readonly { readonly text: string; readonly count: number }[];
  readonly almost: AlmostTyped | null;
}

export interface TimeProfile {
  readonly column: string;
  /** Most frequent distance between neighboring rows of a series, in milliseconds (or units of a numeric column). */
  readonly step: number | null;
  /** What a person calls it: "hourly", "daily", "monthly", or null where it has no name. */
  readonly frequency: string | null;
  /** Neighboring rows further apart than the step, and rows with a time that stood before in the same series. */
  readonly gaps: number;
  readonly duplicates: number;
  readonly ordered: boolean;
}

export interface SeriesProfile {
  readonly column: string;
  readonly count: number;
  readonly shortest: number;
  readonly longest: number;
}

export interface SplitProfile {
  readonly column: string;
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

export const distinctLimit = 100_000;

/** Looks at every cell once. */
export function profileTable(table: Table): Profile {
  throw new WorkbenchError('internal', table.name);
}
