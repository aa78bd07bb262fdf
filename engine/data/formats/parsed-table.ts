import type { TimeFormat } from '../table.ts';

/**
 * What a parser makes of a file that is no CSV: columns of equal length, before the table of the project. Rows that
 * were left out are counted: read = rowCount + dropped.
 */
export interface ParsedTable {
  readonly columns: readonly ParsedColumn[];
  readonly rowCount: number;
  /** Records of the file, used or not. */
  readonly read: number;
  readonly dropped: readonly DroppedRows[];
  /** Sentences a person should know about the reading. */
  readonly notes: readonly string[];
}

export interface DroppedRows {
  readonly reason: string;
  readonly count: number;
}

export type ParsedColumn = ParsedNumbers | ParsedTexts;

export interface ParsedNumbers {
  readonly name: string;
  readonly kind: 'number' | 'integer' | 'boolean' | 'time';
  /** [rows] NaN where missing; booleans 0 and 1; times in milliseconds since 1970 UTC (since midnight for a clock). */
  readonly values: Float64Array;
  /** Of a time; null otherwise. */
  readonly format: TimeFormat | null;
}

export interface ParsedTexts {
  readonly name: string;
  readonly kind: 'text';
  /** [rows] null where missing. */
  readonly values: readonly (string | null)[];
  /** What texts may still turn out to be: anything, as in a CSV file; a time; or nothing but text. */
  readonly guess: 'all' | 'times' | 'none';
}

/** A file of one kind of number and nothing dropped. */
export function plainTable(columns: readonly ParsedColumn[], notes: readonly string[] = []): ParsedTable {
  const rowCount = columns[0]?.values.length ?? 0;
  return { columns, rowCount, read: rowCount, dropped: [], notes };
}
