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
/** Columns in one query: the time DuckDB plans for grows faster than their number. */
const columnsPerQuery = 250;
/** Of so many columns that are nearly numbers the first other cell is looked up. */
const explainedColumns = 100;
/** A column is called almost numeric when at least this share of its cells are numbers. */
const almostShare = 0.5;

/** Up to here columns are changed one by one; beyond, the whole table is written anew, which is one statement. */
const fewChanges = 8;

/** A column of another type than the reader gave it. */
interface Change {
  readonly column: StoredColumn;
  /** The SQL type and the expression to store, or null where only the description differs. */
  readonly stored: { readonly type: string; readonly expression: string } | null;
}

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
  const changes = new Map<string, Change>();
  const texts = columns.filter(({ name, sqlType }) => sqlType === 'VARCHAR' && wanted[name] !== 'text');
  const shown = texts.length === 0 ? new Map<string, string[]>() : await showTexts(connection, table, texts);
  for (let i = 0; i < texts.length; i += columnsPerQuery) {
    const some = texts.slice(i, i + columnsPerQuery);
    for (const change of await refineTexts(connection, table, some, shown)) {
      changes.set(change.column.name, change);
    }
  }
  const integers = columns.filter(({ sqlType }) => sqlType === 'BIGINT');
  for (let i = 0; i < integers.length; i += columnsPerQuery) {
    for (const name of await tooLarge(connection, table, integers.slice(i, i + columnsPerQuery))) {
      changes.set(name, {
        column: { name, type: 'text', format: null, almost: null },
        stored: { type: 'VARCHAR', expression: identifier(name) },
      });
    }
  }
  await applyChanges(connection, table, columns, changes);
  return columns.map((column) => changes.get(column.name)?.column ?? plainColumn(column));
}

async function applyChanges(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
  changes: ReadonlyMap<string, Change>,
): Promise<void> {
  const stored = [...changes.values()].filter((change) => change.stored !== null);
  if (stored.length <= fewChanges) {
    for (const { column, stored: to } of stored) {
      if (to === null) continue;
      await connection.run(
        `ALTER TABLE ${identifier(table)} ALTER COLUMN ${identifier(column.name)} SET DATA TYPE ${to.type} USING ${to.expression}`,
      );
    }
    return;
  }
  const list = columns.map(({ name }) => {
    const to = changes.get(name)?.stored ?? null;
    return to === null ? identifier(name) : `CAST(${to.expression} AS ${to.type}) AS ${identifier(name)}`;
  });
  const temporary = identifier(`${table} refined`);
  await connection.run(
    `CREATE OR REPLACE TABLE ${temporary} AS SELECT ${list.join(', ')} FROM ${identifier(table)} ORDER BY rowid`,
  );
  await connection.run(`DROP TABLE ${identifier(table)}`);
  await connection.run(`ALTER TABLE ${temporary} RENAME TO ${identifier(table)}`);
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
): Promise<Change[]> {
  const formats = columns.map(({ name }) => likelyFormats(shown.get(name) ?? []));
  const counts = columns.map(({ name }, i) => {
    const id = identifier(name);
    const dates = (formats[i] ?? []).map((format) => `, count(try_strptime(${id}, ${literal(format)}))`);
    return `[count(${id}), count(TRY_CAST(${id} AS DOUBLE)), count(CASE WHEN regexp_matches(${id}, '^[+-]?0[0-9]') THEN 1 END), count(CASE WHEN lower(${id}) IN ('true', 'false') THEN 1 END), count(TRY_CAST(${id} AS TIMESTAMP))${dates.join('')}]`;
  });
  const result = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${identifier(table)}`);
  const row = result.getRowsJson()[0] ?? [];
  const refined = columns.map(({ name }, i): TextFacts => {
    const list = row[i];
    const [filled = 0, numbers = 0, zeros = 0, truths = 0, times = 0, ...dates] = Array.isArray(list)
      ? list.map(Number)
      : [];
    return { name, filled, numbers, zeros, truths, times, dates, formats: formats[i] ?? [] };
  });
  const changes = refined.map(changeOf);
  const almost = await findAlmost(
    connection,
    table,
    refined.filter((_, i) => changes[i] === null),
  );
  return refined.map(
    ({ name }, i) =>
      changes[i] ?? {
        column: { name, type: 'text', format: null, almost: almost.get(name) ?? null },
        stored: null,
      },
  );
}

/** How many cells of a text column are filled, and could be something else. */
interface TextFacts {
  readonly name: string;
  readonly filled: number;
  readonly numbers: number;
  /** Numbers with a leading zero, which are codes. */
  readonly zeros: number;
  readonly truths: number;
  readonly times: number;
  /** By format. */
  readonly dates: readonly number[];
  readonly formats: readonly string[];
}

/** What a text column is when all of its cells agree; null where it stays text. */
function changeOf({ name, filled, numbers, zeros, truths, dates, formats }: TextFacts): Change | null {
  const id = identifier(name);
  const plain = { name, format: null, almost: null };
  if (filled === 0 || (numbers === filled && zeros === 0)) {
    return {
      column: { ...plain, type: 'number' },
      stored: { type: 'DOUBLE', expression: `CAST(${id} AS DOUBLE)` },
    };
  }
  if (truths === filled) {
    return {
      column: { ...plain, type: 'boolean' },
      stored: { type: 'BOOLEAN', expression: `CAST(${id} AS BOOLEAN)` },
    };
  }
  const format = formats[dates.indexOf(filled)];
  if (format === undefined) return null;
  const clock = format.includes('%H');
  return {
    column: { ...plain, type: 'time', format: clock ? 'datetime' : 'date' },
    stored: { type: clock ? 'TIMESTAMP' : 'DATE', expression: `strptime(${id}, ${literal(format)})` },
  };
}

/** For columns that are nearly numbers or times: the first cell that is not. */
async function findAlmost(
  connection: DuckDBConnection,
  table: string,
  columns: readonly TextFacts[],
): Promise<Map<string, AlmostTyped>> {
  const near = columns
    .slice(0, explainedColumns)
    .flatMap(({ name, filled, numbers, times, dates, formats }) => {
      const mostDates = Math.max(0, ...dates);
      const good = Math.max(numbers, times, mostDates);
      if (good < filled * almostShare || good === filled) return [];
      const id = identifier(name);
      const type: AlmostTyped['type'] = numbers === good ? 'number' : 'time';
      const parse =
        type === 'number'
          ? `TRY_CAST(${id} AS DOUBLE)`
          : mostDates > times
            ? `try_strptime(${id}, ${literal(formats[dates.indexOf(mostDates)] ?? '')})`
            : `TRY_CAST(${id} AS TIMESTAMP)`;
      return [{ name, type, bad: filled - good, wrong: `${id} IS NOT NULL AND ${parse} IS NULL` }];
    });
  const found = new Map<string, AlmostTyped>();
  if (near.length === 0) return found;
  const list = near.map(
    ({ name, wrong }) =>
      `arg_min(CASE WHEN ${wrong} THEN [rowid::VARCHAR, ${identifier(name)}] END, CASE WHEN ${wrong} THEN rowid END)`,
  );
  const result = await connection.runAndReadAll(`SELECT ${list.join(', ')} FROM ${identifier(table)}`);
  const row = result.getRowsJson()[0] ?? [];
  near.forEach(({ name, type, bad }, i) => {
    const cell = row[i];
    const [rowid, text] = Array.isArray(cell) ? cell.map(String) : [];
    found.set(name, { type, bad, row: Number(rowid) + 1, text: text ?? '' });
  });
  return found;
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
