import type { AlmostTyped, ColumnType, TimeFormat } from '../../../engine/data/table.ts';

/** A column of a table in the database, as the engine will see it. */
export interface StoredColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Null unless a time. */
  readonly format: TimeFormat | null;
  readonly almost: AlmostTyped | null;
}
