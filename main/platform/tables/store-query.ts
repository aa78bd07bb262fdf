import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { nameColumns } from '../../../engine/data/formats/names.ts';
import { databaseError, identifier } from './database.ts';
import type { SqlColumn } from './refine-columns.ts';

/**
 * Writes what an expression of DuckDB gives into a table of plain columns: whole numbers, numbers, truths, times and
 * texts. Lists and structures become JSON texts.
 * @param from what stands after FROM.
 * @param name what messages call it.
 */
export async function storeQuery(
  connection: DuckDBConnection,
  from: string,
  table: string,
  name: string,
): Promise<{ readonly columns: readonly SqlColumn[]; readonly notes: readonly string[] }> {
  const described = await connection
    .runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)
    .catch((cause: unknown) => {
      throw damaged(cause, name);
    });
  const rows = described.getRows().map(([column, type]) => ({ given: String(column), type: String(type) }));
  if (rows.length === 0) throw new WorkbenchError('data/empty', 'The table has no columns', { where: name });
  const { names, notes } = nameColumns(rows.map(({ given }) => given));
  const columns = rows.map(({ type }, i): SqlColumn & { select: string } => {
    const column = names[i] as string;
    const { sqlType, expression } = plainType(identifier(`c${i}`), type);
    return { name: column, sqlType, pattern: null, select: `${expression} AS ${identifier(column)}` };
  });
  const aliases = rows.map((_, i) => identifier(`c${i}`)).join(', ');
  await connection
    .run(
      `CREATE OR REPLACE TABLE ${identifier(table)} AS SELECT ${columns.map(({ select }) => select).join(', ')} FROM (SELECT * FROM ${from}) AS source(${aliases})`,
    )
    .catch((cause: unknown) => {
      throw damaged(cause, name);
    });
  return { columns: columns.map(({ select: _, ...column }) => column), notes };
}

/** What is wrong with the file; troubles of the disk and the memory keep their own sentences. */
function damaged(cause: unknown, name: string): WorkbenchError {
  const error = databaseError(cause, null);
  if (error.code !== 'store/failed') return error;
  return new WorkbenchError('data/unreadable', 'The file is damaged: its rows cannot be read', {
    where: name,
    hint: 'Save it again where it comes from.',
    cause,
  });
}

function plainType(id: string, type: string): { sqlType: string; expression: string } {
  const cast = (to: string) => ({ sqlType: to, expression: `CAST(${id} AS ${to})` });
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(type)) return cast('BIGINT');
  if (/^(FLOAT|DOUBLE|DECIMAL.*|HUGEINT|UHUGEINT|UBIGINT)$/.test(type)) return cast('DOUBLE');
  if (/^(BOOLEAN|DATE|TIME)$/.test(type)) return { sqlType: type, expression: id };
  if (type === 'TIMESTAMP WITH TIME ZONE') return { sqlType: 'TIMESTAMPTZ', expression: id };
  if (/^TIMESTAMP(_S|_MS|_NS)?$/.test(type)) return cast('TIMESTAMP');
  if (/\[\d*\]$|^(STRUCT|MAP|UNION|LIST|ARRAY)/.test(type)) {
    return { sqlType: 'VARCHAR', expression: `CAST(to_json(${id}) AS VARCHAR)` };
  }
  return cast('VARCHAR');
}
