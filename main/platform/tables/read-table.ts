import { basename } from 'node:path';
import type { Table } from '../../../engine/data/table.ts';
import { withDatabase } from './database.ts';
import { importCsv } from './import-csv.ts';
import { loadColumns } from './load-table.ts';
import { scanFile } from './scan-file.ts';
import type { ColumnReading } from './stored-column.ts';

export interface ReadTableOptions {
  /** How columns must be read (those of a preparation); columns not named are typed by their content. */
  readonly columns?: readonly ColumnReading[];
}

/**
 * Reads a file into memory, for predicting on it: nothing is stored. Errors are those of an import, and
 * a cell that does not fit the way its column must be read, by row and column.
 */
export async function readTable(file: string, options: ReadTableOptions = {}): Promise<Table> {
  const scanned = await scanFile(file);
  return withDatabase({ path: null }, async (connection) => {
    const { columns } = await importCsv(connection, file, scanned, 'input', options.columns);
    return loadColumns(connection, 'input', columns, scanned.records, basename(file));
  });
}
