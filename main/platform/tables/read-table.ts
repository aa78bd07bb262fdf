import { basename } from 'node:path';
import type { ColumnType, Table } from '../../../engine/data/table.ts';
import { withDatabase } from './database.ts';
import { importCsv } from './import-csv.ts';
import { loadColumns } from './load-table.ts';
import { scanFile } from './scan-file.ts';

export interface ReadTableOptions {
  /** Types that columns must be read as (those of a preparation); columns not named are typed by their content. */
  readonly types?: Readonly<Record<string, ColumnType>>;
}

/** Reads a file into memory, for predicting on it: nothing is stored. Errors are those of an import. */
export async function readTable(file: string, options: ReadTableOptions = {}): Promise<Table> {
  const scanned = await scanFile(file);
  return withDatabase({ path: null }, async (connection) => {
    const { columns } = await importCsv(connection, file, scanned, 'input', options.types);
    return loadColumns(connection, 'input', columns, scanned.records, basename(file));
  });
}
