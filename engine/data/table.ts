import { WorkbenchError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

/**
 * A table as the engine sees it: typed columns of equal length, wherever they came from. Row `i` (from 0) is data row
 * `i + 1` of the source file, header not counted; every message names rows that way.
 */
export interface Table {
  /** What messages call it: the file name. */
  readonly name: string;
  readonly rowCount: number;
  readonly columns: readonly Column[];
  /** Set where rows are not those of the file but periods of time that they were put together to. */
  readonly trace?: RowTrace;
}

/** The rows of the file behind the rows of a table, counted from 0. All arrays are [rows]. */
export interface RowTrace {
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** 1 where there is none: `first` and `last` are then the row before. */
  readonly inserted: Uint8Array;
}

/** The row of the file at a row of a table, for messages: "row 14". */
export function rowLabel(table: Table, row: number): string {
  const { trace } = table;
  if (trace === undefined) return `row ${row + 1}`;
  const first = (trace.first[row] as number) + 1;
  if (trace.inserted[row] === 1) return `the period without rows after row ${first}`;
  const last = (trace.last[row] as number) + 1;
  return first === last ? `row ${first}` : `the period of rows ${first} to ${last}`;
}

export const columnTypes = ['number', 'integer', 'boolean', 'time', 'text'] as const;
export type ColumnType = (typeof columnTypes)[number];

/** How times are written back: a date, a date and time, the same in UTC, or a time of day. */
export const timeFormats = ['date', 'datetime', 'zoned', 'clock'] as const;
export type TimeFormat = (typeof timeFormats)[number];

export type Column = NumberColumn | TimeColumn | TextColumn;

export interface NumberColumn {
  readonly name: string;
  /** Booleans are 0 and 1. Integers are exact up to 2^53. */
  readonly type: 'number' | 'integer' | 'boolean';
  /** [rows], NaN where missing; infinities as they stand in the file. */
  readonly values: Float64Array;
}

export interface TimeColumn {
  readonly name: string;
  readonly type: 'time';
  /** [rows] milliseconds since 1970-01-01 UTC (since midnight for a clock time), NaN where missing. */
  readonly values: Float64Array;
  readonly format: TimeFormat;
  /** How the file writes them where not by ISO 8601, in the letters of strptime: "%d/%m/%Y"; otherwise null. */
  readonly pattern: string | null;
}

export interface TextColumn {
  readonly name: string;
  readonly type: 'text';
  /** [rows] index into `dictionary`, -1 where missing. */
  readonly codes: Int32Array;
  /** Distinct texts in order of first appearance. */
  readonly dictionary: readonly string[];
  /** Set where nearly all cells are numbers or times and a few are not: those few keep the column from being one. */
  readonly almost: AlmostTyped | null;
  /** The dictionary is a vocabulary: all of its texts are categories, in its order, wherever they occur. */
  readonly vocabulary?: true;
}

export interface AlmostTyped {
  readonly type: 'number' | 'time';
  /** Cells that are not of the type. */
  readonly bad: number;
  /** The first of them: 1-based row and what stands there. */
  readonly row: number;
  readonly text: string;
}

/** The column of that name. @throws data/unknown-column. */
export function findColumn(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw unknownColumn(`There is no column "${name}"`, name, table);
}

/** A column that is not there, with the name that may have been meant and those there are. */
export function unknownColumn(
  message: string,
  name: string,
  table: { readonly name: string; readonly columns: readonly { readonly name: string }[] },
): WorkbenchError {
  const names = table.columns.map((column) => column.name);
  const near = nearest(name, names);
  const shown = names.slice(0, 20).map((text) => `"${text}"`);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return new WorkbenchError('data/unknown-column', message, {
    where: table.name,
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}The columns are ${shown.join(', ')}${more}.`,
    data: { column: name },
  });
}

/** Whether the cell holds nothing. */
export function isMissing(column: Column, row: number): boolean {
  return column.type === 'text' ? column.codes[row] === -1 : Number.isNaN(column.values[row]);
}

/** `isMissing` for loops over the rows of a column: those of a large table lie in files, and each is asked for once. */
export function missingIn(column: Column): (row: number) => boolean {
  if (column.type === 'text') {
    const { codes } = column;
    return (row) => codes[row] === -1;
  }
  const { values } = column;
  return (row) => Number.isNaN(values[row]);
}

/** The cell as text, the key of categories, series and classes; null where missing. */
export function cellText(column: Column, row: number): string | null {
  if (column.type === 'text') {
    const code = column.codes[row] as number;
    return code < 0 ? null : (column.dictionary[code] as string);
  }
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (column.type === 'time') return formatTime(value, column.format);
  if (column.type === 'boolean') return value === 0 ? 'false' : 'true';
  return String(value);
}

/** ISO 8601 text of a time, as short as its format allows: `2012-01-31`, `2012-01-31 13:00:00`. */
export function formatTime(milliseconds: number, format: TimeFormat): string {
  const instant = new Date(milliseconds);
  if (Number.isNaN(instant.getTime())) return String(milliseconds);
  const text = instant.toISOString();
  const [day = '', rest = ''] = text.split('T');
  const clock = rest.replace(/(\.000)?Z$/, '');
  if (format === 'date') return day;
  if (format === 'clock') return clock;
  return format === 'zoned' ? `${day} ${clock}Z` : `${day} ${clock}`;
}
