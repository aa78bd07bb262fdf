import { basename, resolve } from 'node:path';
import { type SourceConfig, sourceSchema } from '../../../engine/contract/source.ts';
import type { Table } from '../../../engine/data/table.ts';
import { statSource, withSource } from '../formats/open-source.ts';
import { withDatabase } from './database.ts';
import { type ImportedSource, importSource } from './import-source.ts';
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

/** Records of a file: read = used + dropped. */
export type RecordCounts = Pick<ImportedSource, 'read' | 'used' | 'dropped'>;

/**
 * Reads a file into memory, for predicting on it: nothing is stored. Errors are those of an import, and
 * a cell that does not fit the way its column must be read, by row and column.
 */
export async function readTable(file: string, options: ReadTableOptions = {}): Promise<Table> {
  return (await readTableWithCounts(file, options)).table;
}

/** The same, with what became of the records. */
export async function readTableWithCounts(
  file: string,
  options: ReadTableOptions = {},
): Promise<{ readonly table: Table; readonly records: RecordCounts }> {
  const path = resolve(file);
  const { sql = '', source = sourceSchema.parse({}) } = options;
  const facts = await statSource(path);
  return withSource(path, facts, source, {}, (opened, context) =>
    withDatabase({ path: null }, async (connection) => {
      // A query may make other columns of the same names.
      const readings = sql.trim() === '' ? options.columns : [];
      const records = await importSource(connection, opened, source, context, 'input', readings);
      const name = basename(path);
      if (sql.trim() === '') {
        return {
          table: await loadColumns(connection, 'input', records.columns, records.rows, name),
          records,
        };
      }
      const { columns, rows } = await deriveTable(connection, 'input', sql, 'derived');
      return { table: await loadColumns(connection, 'derived', columns, rows, name), records };
    }),
  );
}
