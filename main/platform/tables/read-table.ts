import { basename, resolve } from 'node:path';
import { type SourceConfig, sourceSchema } from '../../../engine/contract/source.ts';
import type { Table } from '../../../engine/data/table.ts';
import { statSource, withSource } from '../formats/open-source.ts';
import { withDatabase } from './database.ts';
import { importSource } from './import-source.ts';
import { loadColumns } from './load-table.ts';
import { deriveTable } from './run-query.ts';
import type { ColumnReading } from './stored-column.ts';

export interface ReadTableOptions {
  /** How columns must be read (those of a preparation); columns not named are typed by their content. */
  readonly columns?: readonly ColumnReading[];
  /** How the file is read, and the query over its rows; found and none by default. */
  readonly source?: SourceConfig;
  readonly sql?: string;
}

/**
 * Reads a file into memory, for predicting on it: nothing is stored. Errors are those of an import, and
 * a cell that does not fit the way its column must be read, by row and column.
 */
export async function readTable(file: string, options: ReadTableOptions = {}): Promise<Table> {
  const path = resolve(file);
  const { sql = '', source = sourceSchema.parse({}) } = options;
  const facts = await statSource(path);
  return withSource(path, facts, source, {}, (opened, context) =>
    withDatabase({ path: null }, async (connection) => {
      // A query may make other columns of the same names.
      const readings = sql === '' ? options.columns : [];
      const imported = await importSource(connection, opened, source, context, 'input', readings);
      if (sql === '')
        return loadColumns(connection, 'input', imported.columns, imported.rows, basename(path));
      const derived = await deriveTable(connection, 'input', sql, 'derived');
      return loadColumns(connection, 'derived', derived.columns, derived.rows, basename(path));
    }),
  );
}
