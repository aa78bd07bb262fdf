import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { identifier } from './database.ts';
import { type Change, type NumberStyle, numberExpression, type SqlColumn } from './refine-columns.ts';
import type { ColumnReading } from './stored-column.ts';
import { timeExpression, timeSqlTypes } from './time-patterns.ts';

/** Whether a column may stay as the reader typed it; otherwise it is read as text and fitted from that. */
export function isKept({ type }: ColumnReading, sqlType: string): boolean {
  return (type === 'number' || type === 'integer') && (sqlType === 'BIGINT' || sqlType === 'DOUBLE');
}

/** Columns in one query: the time DuckDB plans for grows faster than their number. */
const columnsPerQuery = 250;

/**
 * What makes columns that were read as text what the same columns of another file were.
 * @param file what messages call the file.
 * @throws data/bad-time, data/unreadable: the first cell that does not fit.
 */
export async function fitReadings(
  connection: DuckDBConnection,
  table: string,
  file: string,
  columns: readonly SqlColumn[],
  readings: readonly ColumnReading[],
  style: NumberStyle,
): Promise<Change[]> {
  const texts = new Set(columns.filter(({ sqlType }) => sqlType === 'VARCHAR').map(({ name }) => name));
  const changes = readings
    .filter(({ name, type }) => texts.has(name) && type !== 'text')
    .map((reading): Fitting => ({ reading, ...storedAs(reading, style) }));
  for (let i = 0; i < changes.length; i += columnsPerQuery) {
    await requireFit(connection, table, file, changes.slice(i, i + columnsPerQuery));
  }
  return changes.map(({ reading: { name, type, format, pattern }, ...stored }) => ({
    column: { name, type, format, pattern, almost: null },
    stored,
  }));
}

interface Fitting {
  readonly reading: ColumnReading;
  readonly type: string;
  /** Null where the text does not fit. */
  readonly expression: string;
}

function storedAs(
  { name, type, format, pattern }: ColumnReading,
  style: NumberStyle,
): Omit<Fitting, 'reading'> {
  const id = identifier(name);
  if (type === 'boolean') {
    const text = `lower(${id})`;
    return {
      type: 'BOOLEAN',
      expression: `CASE WHEN ${text} IN ('true', 'false') THEN ${text} = 'true' END`,
    };
  }
  if (type !== 'time') return { type: 'DOUBLE', expression: numberExpression(id, style) };
  const time = format ?? 'datetime';
  return { type: timeSqlTypes[time], expression: timeExpression(id, time, pattern) };
}

async function requireFit(
  connection: DuckDBConnection,
  table: string,
  file: string,
  fittings: readonly Fitting[],
): Promise<void> {
  const list = fittings.map(({ reading, expression }) => {
    const id = identifier(reading.name);
    const wrong = `${id} IS NOT NULL AND (${expression}) IS NULL`;
    return `[(min(rowid) FILTER (${wrong}))::VARCHAR, arg_min(${id}, rowid) FILTER (${wrong})]`;
  });
  const result = await connection.runAndReadAll(`SELECT ${list.join(', ')} FROM ${identifier(table)}`);
  const row = result.getRowsJson()[0] ?? [];
  fittings.forEach(({ reading }, i) => {
    const [rowid, text] = Array.isArray(row[i]) ? row[i] : [];
    if (typeof rowid === 'string') throw misfit(file, reading, Number(rowid) + 1, String(text));
  });
}

function misfit(file: string, { name, type, format, pattern }: ColumnReading, row: number, text: string) {
  const examples = {
    date: 'a date such as 2024-01-31',
    datetime: 'a time such as 2024-01-31 13:00:00',
    zoned: 'a time such as 2024-01-31 13:00:00+00:00',
    clock: 'a time of day such as 13:00:00',
  };
  const usual =
    type === 'time'
      ? pattern === null
        ? examples[format ?? 'datetime']
        : `a time written as ${pattern}`
      : type === 'boolean'
        ? 'true or false'
        : 'a number';
  return new WorkbenchError(
    type === 'time' ? 'data/bad-time' : 'data/unreadable',
    `"${text}" is not ${usual}, as the training file has in this column`,
    {
      where: `${file}, row ${row}, column "${name}"`,
      hint: 'Write the column as it was in the training file.',
      data: { row, column: name },
    },
  );
}
