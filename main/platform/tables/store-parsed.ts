import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { ParsedColumn, ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import { identifier } from './database.ts';
import type { Change, SqlColumn } from './refine-columns.ts';
import { timeSqlTypes } from './time-patterns.ts';

/** Rows that go to the database at once. */
const chunkRows = 2048;

/**
 * Writes a parsed table into the database; times as microseconds, which the returned changes make into times.
 * @param asText columns that are stored as text whatever they hold.
 */
export async function storeParsed(
  connection: DuckDBConnection,
  parsed: ParsedTable,
  table: string,
  asText: ReadonlySet<string>,
): Promise<{ readonly columns: readonly SqlColumn[]; readonly changes: readonly Change[] }> {
  const kinds = parsed.columns.map((column) => (asText.has(column.name) ? 'text' : column.kind));
  const types = kinds.map(storedType);
  const list = parsed.columns.map(({ name }, i) => `${identifier(name)} ${String(types[i])}`);
  await connection.run(`CREATE OR REPLACE TABLE ${identifier(table)} (${list.join(', ')})`);
  const appender = await connection.createAppender(table);
  for (let start = 0; start < parsed.rowCount; start += chunkRows) {
    const count = Math.min(chunkRows, parsed.rowCount - start);
    const chunk = DuckDBDataChunk.create(types, count);
    parsed.columns.forEach((column, i) => {
      chunk.setColumnValues(i, valuesOf(column, kinds[i] ?? 'text', start, count));
    });
    appender.appendDataChunk(chunk);
    // Lets a person's wish to stop be heard.
    if (start % (chunkRows * 64) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  appender.closeSync();
  const columns = parsed.columns.map(
    ({ name }, i): SqlColumn => ({ name, sqlType: sqlTypeOf(types[i] ?? VARCHAR), pattern: null }),
  );
  const changes = parsed.columns.flatMap((column, i): Change[] => {
    if (column.kind !== 'time' || kinds[i] === 'text') return [];
    const format = column.format ?? 'datetime';
    const time = `make_timestamp(${identifier(column.name)})`;
    const expression =
      format === 'zoned' ? `${time} AT TIME ZONE 'UTC'` : `CAST(${time} AS ${timeSqlTypes[format]})`;
    return [
      {
        column: { name: column.name, type: 'time', format, pattern: null, almost: null },
        stored: { type: timeSqlTypes[format], expression },
      },
    ];
  });
  return { columns, changes };
}

function storedType(kind: ParsedColumn['kind']): DuckDBType {
  if (kind === 'text') return VARCHAR;
  if (kind === 'number') return DOUBLE;
  return kind === 'boolean' ? BOOLEAN : BIGINT;
}

function sqlTypeOf(type: DuckDBType): string {
  return type.toString();
}

function valuesOf(
  column: ParsedColumn,
  kind: ParsedColumn['kind'],
  start: number,
  count: number,
): DuckDBValue[] {
  const values = new Array<DuckDBValue>(count).fill(null);
  for (let i = 0; i < count; i++) {
    if (column.kind === 'text') {
      values[i] = column.values[start + i] ?? null;
      continue;
    }
    const value = column.values[start + i] as number;
    if (Number.isNaN(value)) continue;
    if (kind === 'text') values[i] = column.kind === 'boolean' ? String(value === 1) : String(value);
    else if (kind === 'number') values[i] = value;
    else if (kind === 'boolean') values[i] = value !== 0;
    else values[i] = BigInt(Math.round(kind === 'time' ? value * 1000 : value));
  }
  return values;
}
