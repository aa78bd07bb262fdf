import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { ColumnType, Table } from '../../../engine/data/table.ts';

export interface ReadTableOptions {
  /** Types that columns must be read as (those of a preparation); columns not named are typed by their content. */
  readonly types?: Readonly<Record<string, ColumnType>>;
}

/** Reads a file into memory, for predicting on it: nothing is stored. Errors are those of an import. */
export async function readTable(file: string, options: ReadTableOptions = {}): Promise<Table> {
  throw new WorkbenchError('internal', `${file} ${options.types}`);
}
