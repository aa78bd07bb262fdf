import type { DuckDBConnection } from '@duckdb/node-api';
import type { AlmostTyped, ColumnType, TimeFormat } from '../../../engine/data/table.ts';
import { identifier, literal } from './database.ts';
import type { StoredColumn } from './stored-column.ts';

interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
}

/** Shapes of dates that DuckDB does not sniff, and their strptime formats. */
const dateShapes: readonly { readonly shape: RegExp; readonly formats: readonly string[] }[] = [
  { shape: /^\d{4}-\d{2}$/, formats: ['%Y-%m'] },
  { shape: /^\d{4}\/\d{2}$/, formats: ['%Y/%m'] },
  { shape: /^\d{4}\/\d{1,2}\/\d{1,2}$/, formats: ['%Y/%m/%d'] },
  { shape: /^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d{2}$/, formats: ['%Y/%m/%d %H:%M'] },
  { shape: /^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d{2}:\d{2}$/, formats: ['%Y/%m/%d %H:%M:%S'] },
  { shape: /^\d{1,2}\.\d{1,2}\.\d{4}$/, formats: ['%d.%m.%Y'] },
  { shape: /^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d{2}$/, formats: ['%d.%m.%Y %H:%M'] },
  { shape: /^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d{2}:\d{2}$/, formats: ['%d.%m.%Y %H:%M:%S'] },
  { shape: /^\d{1,2}\/\d{1,2}\/\d{4}$/, formats: ['%d/%m/%Y', '%m/%d/%Y'] },
  { shape: /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}$/, formats: ['%d/%m/%Y %H:%M', '%m/%d/%Y %H:%M'] },
  {
    shape: /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}:\d{2}$/,
    formats: ['%d/%m/%Y %H:%M:%S', '%m/%d/%Y %H:%M:%S'],
  },
  { shape: /^\d{4}-\d{1,2}-\d{1,2}$/, formats: ['%Y-%m-%d'] },
  { shape: /^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}$/, formats: ['%Y-%m-%d %H:%M'] },
  { shape: /^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}:\d{2}$/, formats: ['%Y-%m-%d %H:%M:%S'] },
  { shape: /^\d{4}-\d{1,2}-\d{1,2}T\d{1,2}:\d{2}:\d{2}$/, formats: ['%Y-%m-%dT%H:%M:%S'] },
  { shape: /^[A-Za-z]{3} \d{4}$/, formats: ['%b %Y'] },
  { shape: /^[A-Za-z]{3}-\d{4}$/, formats: ['%b-%Y'] },
  { shape: /^\d{1,2} [A-Za-z]{3} \d{4}$/, formats: ['%d %b %Y'] },
  { shape: /^\d{1,2}-[A-Za-z]{3}-\d{4}$/, formats: ['%d-%b-%Y'] },
  { shape: /^[A-Za-z]{3} \d{1,2},? \d{4}$/, formats: ['%b %d %Y', '%b %d, %Y'] },
];

/** Rows that show what a column looks like. */
const shownRows = 200;
/** Columns in one query: DuckDB's planner slows down with more. */
const columnsPerQuery = 500;
/** A column is called almost numeric when at least this share of its cells are numbers. */
const almostShare = 0.5;

/**
 * Looks again at what the sniffer left as text or as whole numbers: infinities, true and false, dates in other shapes,
 * numbers beyond 2^53 (which would lose digits and are names rather than amounts). Changes the table accordingly.
 */
export async function refineColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
  wanted: Readonly<Record<string, ColumnType>>,
): Promise<StoredColumn[]> {
  const refined = new Map<string, StoredColumn>();
  const texts = columns.filter(({ name, sqlType }) => sqlType === 'VARCHAR' && wanted[name] !== 'text');
  const shown = texts.length === 0 ? new Map<string, string[]>() : await showTexts(connection, table, texts);
  for (let i = 0; i < texts.length; i += columnsPerQuery) {
    const some = texts.slice(i, i + columnsPerQuery);
    for (const column of await refineTexts(connection, table, some, shown)) refined.set(column.name, column);
  }
  const integers = columns.filter(({ sqlType }) => sqlType === 'BIGINT');
  for (let i = 0; i < integers.length; i += columnsPerQuery) {
    for (const name of await tooLarge(connection, table, integers.slice(i, i + columnsPerQuery))) {
      await changeType(connection, table, name, 'VARCHAR', identifier(name));
      refined.set(name, { name, type: 'text', format: null, almost: null });
    }
  }
  return columns.map((column) => refined.get(column.name) ?? plainColumn(column));
}

function plainColumn({ name, sqlType }: SqlColumn): StoredColumn {
  const format = timeFormatOf(sqlType);
  if (format !== null) return { name, type: 'time', format, almost: null };
  const type = sqlType === 'BIGINT' ? 'integer' : sqlType === 'VARCHAR' ? 'text' : 'number';
  return { name, type, format: null, almost: null };
}

function timeFormatOf(sqlType: string): TimeFormat | null {
  if (sqlType === 'DATE') return 'date';
  if (sqlType === 'TIME') return 'clock';
  if (!sqlType.startsWith('TIMESTAMP')) return null;
  return sqlType === 'TIMESTAMP' ? 'datetime' : 'zoned';
}

/** The texts of the first rows, by column. */
async function showTexts(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
): Promise<Map<string, string[]>> {
  const list = columns.map(({ name }) => identifier(name)).join(', ');
  const result = await connection.runAndReadAll(
    `SELECT ${list} FROM ${identifier(table)} LIMIT ${shownRows}`,
  );
  const shown = new Map<string, string[]>();
  columns.forEach(({ name }, i) => {
    const texts = result.getColumns()[i] ?? [];
    shown.set(
      name,
      texts.filter((text) => typeof text === 'string'),
    );
  });
  return shown;
}

/** The format of which the most shown texts have the shape. */
function likelyFormats(texts: readonly string[]): readonly string[] {
  let best: readonly string[] = [];
  let most = 0;
  for (const { shape, formats } of dateShapes) {
    const count = texts.filter((text) => shape.test(text)).length;
    if (count > most) {
      most = count;
      best = formats;
    }
  }
  return most >= texts.length * almostShare ? best : [];
}

async function refineTexts(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
  shown: ReadonlyMap<string, readonly string[]>,
): Promise<StoredColumn[]> {
  const formats = columns.map(({ name }) => likelyFormats(shown.get(name) ?? []));
  const counts = columns.map(({ name }, i) => {
    const id = identifier(name);
    const dates = (formats[i] ?? []).map((format) => `count(try_strptime(${id}, ${literal(format)}))`);
    return `[count(${id}), count(TRY_CAST(${id} AS DOUBLE)), count(*) FILTER (regexp_matches(${id}, '^[+-]?0[0-9]')), count(*) FILTER (lower(${id}) IN ('true', 'false')), count(TRY_CAST(${id} AS TIMESTAMP))${dates.map((date) => `, ${date}`).join('')}]`;
  });
  const result = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${identifier(table)}`);
  const row = result.getRowsJson()[0] ?? [];
  const refined: StoredColumn[] = [];
  for (const [i, { name }] of columns.entries()) {
    const list = row[i];
    const [filled = 0, numbers = 0, zeros = 0, truths = 0, times = 0, ...dates] = Array.isArray(list)
      ? list.map(Number)
      : [];
    const id = identifier(name);
    const text: StoredColumn = { name, type: 'text', format: null, almost: null };
    const dateFormats = formats[i] ?? [];
    const fitting = dates.indexOf(filled);
    if (filled === 0) refined.push({ ...text, type: 'number' });
    else if (numbers === filled && zeros === 0) refined.push({ ...text, type: 'number' });
    else if (truths === filled) refined.push({ ...text, type: 'boolean' });
    else if (fitting >= 0) {
      const format = dateFormats[fitting] ?? '';
      const clock = format.includes('%H');
      await changeType(
        connection,
        table,
        name,
        clock ? 'TIMESTAMP' : 'DATE',
        `strptime(${id}, ${literal(format)})`,
      );
      refined.push({ ...text, type: 'time', format: clock ? 'datetime' : 'date' });
    } else
      refined.push({
        ...text,
        almost: await almost(connection, table, name, { filled, numbers, times, dates, dateFormats }),
      });
    const last = refined.at(-1);
    if (last?.type === 'number') await changeType(connection, table, name, 'DOUBLE', `CAST(${id} AS DOUBLE)`);
    if (last?.type === 'boolean')
      await changeType(connection, table, name, 'BOOLEAN', `CAST(${id} AS BOOLEAN)`);
  }
  return refined;
}

interface TextCounts {
  readonly filled: number;
  readonly numbers: number;
  readonly times: number;
  readonly dates: readonly number[];
  readonly dateFormats: readonly string[];
}

/** The first cell that keeps a column from being a number or a time. */
async function almost(
  connection: DuckDBConnection,
  table: string,
  name: string,
  { filled, numbers, times, dates, dateFormats }: TextCounts,
): Promise<AlmostTyped | null> {
  const id = identifier(name);
  const mostDates = Math.max(0, ...dates);
  const parse =
    mostDates > times
      ? `try_strptime(${id}, ${literal(dateFormats[dates.indexOf(mostDates)] ?? '')})`
      : `TRY_CAST(${id} AS TIMESTAMP)`;
  const type = numbers >= Math.max(times, mostDates) ? 'number' : 'time';
  const good = Math.max(numbers, times, mostDates);
  if (good < filled * almostShare || good === filled) return null;
  const expression = type === 'number' ? `TRY_CAST(${id} AS DOUBLE)` : parse;
  const result = await connection.runAndReadAll(
    `SELECT rowid, ${id} FROM ${identifier(table)} WHERE ${id} IS NOT NULL AND ${expression} IS NULL ORDER BY rowid LIMIT 1`,
  );
  const [rowid, text] = result.getRows()[0] ?? [];
  return { type, bad: filled - good, row: Number(rowid) + 1, text: String(text) };
}

async function tooLarge(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
): Promise<string[]> {
  const checks = columns.map(({ name }) => `max(abs(${identifier(name)}::DOUBLE)) >= 9007199254740992`);
  const result = await connection.runAndReadAll(`SELECT ${checks.join(', ')} FROM ${identifier(table)}`);
  const row = result.getRows()[0] ?? [];
  return columns.filter((_, i) => row[i] === true).map(({ name }) => name);
}

async function changeType(
  connection: DuckDBConnection,
  table: string,
  name: string,
  sqlType: string,
  using: string,
): Promise<void> {
  await connection.run(
    `ALTER TABLE ${identifier(table)} ALTER COLUMN ${identifier(name)} SET DATA TYPE ${sqlType} USING ${using}`,
  );
}
