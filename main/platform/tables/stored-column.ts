import type { AlmostTyped, ColumnType, TimeFormat } from '../../../engine/data/table.ts';

/** How a column was read, and so how the same column of a later file is to be read. */
export interface ColumnReading {
  readonly name: string;
  readonly type: ColumnType;
  /** Null unless a time. */
  readonly format: TimeFormat | null;
  /** How a time that is not ISO 8601 is written, in the letters of strptime: "%d/%m/%Y"; otherwise null. */
  readonly pattern: string | null;
}

/** A column of a table in the database, as the engine will see it. */
export interface StoredColumn extends ColumnReading {
  readonly almost: AlmostTyped | null;
}
