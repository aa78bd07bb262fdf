import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { identifier } from './database.ts';
import { applyChanges, refineColumns } from './refine-columns.ts';
import { storeQuery } from './store-query.ts';
import type { StoredColumn } from './stored-column.ts';

const where = 'data.sql';

/**
 * Runs a person's query over an imported table, which it calls `data`, and keeps the result as another table. The
 * connection is locked first: from then on it reaches no file and no network, and takes no setting.
 * @throws data/bad-query with DuckDB's own sentence.
 */
export async function deriveTable(
  connection: DuckDBConnection,
  table: string,
  sql: string,
  result: string,
): Promise<{
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  readonly notes: readonly string[];
}> {
  await connection.run(`CREATE OR REPLACE TEMP VIEW data AS SELECT * FROM ${identifier(table)}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  const query = await requireSelect(connection, sql);
  try {
    const { columns, notes } = await storeQuery(connection, `(${query})`, result, where);
    const changes = await refineColumns(
      connection,
      result,
      columns.filter(({ sqlType }) => sqlType === 'BIGINT'),
      { decimalComma: false, thousands: 'none', guess: 'times' },
    );
    const typed = await applyChanges(connection, result, columns, changes);
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${identifier(result)}`);
    const rows = Number(counted.getRows()[0]?.[0]);
    if (rows === 0) {
      throw new WorkbenchError('data/empty', 'The query gives no rows', {
        where,
        hint: 'Loosen its WHERE.',
      });
    }
    return { columns: typed, rows, notes };
  } catch (cause) {
    throw queryError(cause);
  }
}

/** The one SELECT of a text, without what ends it. */
async function requireSelect(connection: DuckDBConnection, sql: string): Promise<string> {
  const query = sql.trim().replace(/(;\s*)+$/, '');
  try {
    const statements = await connection.extractStatements(query);
    if (statements.count !== 1) throw notSelect(`it holds ${statements.count} statements`);
    const prepared = await statements.prepare(0);
    const type = prepared.statementType;
    const parameters = prepared.parameterCount;
    prepared.destroySync();
    if (type !== StatementType.SELECT) throw notSelect('it is another statement');
    if (parameters > 0) throw notSelect('it has parameters');
  } catch (cause) {
    throw queryError(cause);
  }
  // Ends a comment at the end of the query before what is written after it.
  return `${query}\n`;
}

function notSelect(what: string): WorkbenchError {
  return new WorkbenchError('data/bad-query', `The query must be one SELECT: ${what}`, {
    where,
    hint: 'Write it as SELECT ... FROM data WHERE ...',
  });
}

function queryError(cause: unknown): WorkbenchError {
  if (cause instanceof WorkbenchError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const [first = ''] = message.split('\n');
  return new WorkbenchError('data/bad-query', `The query cannot be run: ${first}`, {
    where,
    hint: 'The imported table is called "data"; files and other databases cannot be reached from here.',
    cause,
  });
}
