import type { DuckDBConnection } from '@duckdb/node-api';
import type { ThousandsMark } from '../../../engine/contract/source.ts';
import type { AlmostTyped, ColumnType, TimeFormat } from '../../../engine/data/table.ts';
import { identifier, literal } from './database.ts';
import type { StoredColumn } from './stored-column.ts';
import {
  likelyIsoFormat,
  likelyPatterns,
  patternExpression,
  timeExpression,
  timeSqlTypes,
} from './time-patterns.ts';

export interface SqlColumn {
  readonly name: string;
  readonly sqlType: string;
  /** How the reader parsed times that are not ISO 8601; otherwise null. */
  readonly pattern: string | null;
}

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
export interface Change {
  readonly column: StoredColumn;
  /** The SQL type and the expression to store, or null where only the description differs. */
  readonly stored: { readonly type: string; readonly expression: string } | null;
}

/**
 * Looks again at what the sniffer left as text or as whole numbers: infinities, true and false, dates in other shapes,
 * numbers beyond 2^53 (which would lose digits and are names rather than amounts).
 */
export async function refineColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
  style: NumberStyle,
): Promise<Change[]> {
  const changes: Change[] = [];
  const all = columns.filter(({ sqlType }) => sqlType === 'VARCHAR');
  const shown = all.length === 0 ? new Map<string, string[]>() : await showTexts(connection, table, all);
  const texts = all.filter(({ name }) => mayBeOther(shown.get(name) ?? []));
  for (let i = 0; i < texts.length; i += columnsPerQuery) {
    const some = texts.slice(i, i + columnsPerQuery);
    changes.push(...(await refineTexts(connection, table, some, shown, style)));
  }
  const integers = columns.filter(({ sqlType }) => sqlType === 'BIGINT');
  for (let i = 0; i < integers.length; i += columnsPerQuery) {
    for (const name of await tooLarge(connection, table, integers.slice(i, i + columnsPerQuery))) {
      changes.push({
        column: { name, type: 'text', format: null, pattern: null, almost: null },
        stored: { type: 'VARCHAR', expression: identifier(name) },
      });
    }
  }
  return changes;
}

/** Changes the table, and says what its columns are then. */
export async function applyChanges(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
  changes: readonly Change[],
): Promise<StoredColumn[]> {
  const byName = new Map(changes.map((change) => [change.column.name, change]));
  await rewriteColumns(connection, table, columns, byName);
  return columns.map((column) => byName.get(column.name)?.column ?? plainColumn(column));
}

/** How numbers are written in the texts of a table. */
export interface NumberStyle {
  readonly decimalComma: boolean;
  readonly thousands: ThousandsMark;
  /** What texts may turn out to be; anything by default. */
  readonly guess?: 'all' | 'times';
}

const groupMarks: Readonly<Record<ThousandsMark, string>> = {
  none: '',
  comma: ',',
  dot: '.',
  space: ' \u00a0\u202f',
  apostrophe: "'\u2019",
};

/** The SQL expression that reads a text as a number: null where it is none. */
export function numberExpression(text: string, { decimalComma, thousands }: NumberStyle): string {
  const point = (digits: string) => (decimalComma ? `replace(${digits}, ',', '.')` : digits);
  if (thousands === 'none') return `TRY_CAST(${point(text)} AS DOUBLE)`;
  const marks = `[${groupMarks[thousands]}]`;
  const decimal = decimalComma ? ',' : '\\.';
  const grouped = `^[+-]?[0-9]{1,3}(${marks}[0-9]{3})+(${decimal}[0-9]*)?$`;
  const bare = `regexp_replace(${text}, ${literal(marks)}, '', 'g')`;
  // A mark in another place than between groups of three is no mark: 1.5 is not 15.
  const plain = thousands === 'dot' ? `CASE WHEN NOT contains(${text}, '.') THEN ${text} END` : text;
  return `CASE WHEN regexp_matches(${text}, ${literal(grouped)}) THEN TRY_CAST(${point(bare)} AS DOUBLE) ELSE TRY_CAST(${point(plain)} AS DOUBLE) END`;
}

async function rewriteColumns(
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

function plainColumn({ name, sqlType, pattern }: SqlColumn): StoredColumn {
  const format = timeFormatOf(sqlType);
  if (format !== null) return { name, type: 'time', format, pattern, almost: null };
  const types: Readonly<Record<string, ColumnType>> = {
    BIGINT: 'integer',
    VARCHAR: 'text',
    BOOLEAN: 'boolean',
  };
  const type = types[sqlType] ?? 'number';
  return { name, type, format: null, pattern: null, almost: null };
}

function timeFormatOf(sqlType: string): TimeFormat | null {
  if (sqlType === 'DATE') return 'date';
  if (sqlType === 'TIME') return 'clock';
  if (!sqlType.startsWith('TIMESTAMP')) return null;
  return sqlType === 'TIMESTAMP' ? 'datetime' : 'zoned';
}

/** Whether texts may be numbers, times or truths: words are not looked at again, which takes long for millions of them. */
function mayBeOther(texts: readonly string[]): boolean {
  return (
    texts.length === 0 ||
    likelyIsoFormat(texts) !== null ||
    likelyPatterns(texts, almostShare).length > 0 ||
    texts.some((text) => /^\s*[-+]?[.,]?(\d|inf|nan|∞)/i.test(text) || /^(true|false)$/i.test(text))
  );
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

async function refineTexts(
  connection: DuckDBConnection,
  table: string,
  columns: readonly SqlColumn[],
  shown: ReadonlyMap<string, readonly string[]>,
  style: NumberStyle,
): Promise<Change[]> {
  const patterns = columns.map(({ name }) => likelyPatterns(shown.get(name) ?? [], almostShare));
  const isoFormats = columns.map(({ name }) => likelyIsoFormat(shown.get(name) ?? []));
  const counts = columns.map(({ name }, i) => {
    const id = identifier(name);
    const dates = (patterns[i] ?? []).map((pattern) => `, count(${patternExpression(id, pattern)})`);
    const number = numberExpression(id, style);
    const iso = isoFormats[i] ?? null;
    const whole = (shown.get(name) ?? []).every((text) => /^[+-]?\d{1,15}$/.test(text));
    return `[count(${id}), count(${number}), count(CASE WHEN regexp_matches(${id}, '^[+-]?0[0-9]') THEN 1 END), count(CASE WHEN lower(${id}) IN ('true', 'false') THEN 1 END), count(TRY_CAST(${id} AS TIMESTAMP)), ${whole ? `count(CASE WHEN regexp_matches(${id}, '^[+-]?[0-9]{1,15}$') THEN 1 END)` : '0'}, ${iso === null ? '0' : `count(${timeExpression(id, iso, null)})`}${dates.join('')}]`;
  });
  const result = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${identifier(table)}`);
  const row = result.getRowsJson()[0] ?? [];
  const refined = columns.map(({ name }, i): TextFacts => {
    const list = row[i];
    const [filled = 0, numbers = 0, zeros = 0, truths = 0, times = 0, whole = 0, isoTimes = 0, ...dates] =
      Array.isArray(list) ? list.map(Number) : [];
    return {
      name,
      filled,
      numbers,
      zeros,
      truths,
      times,
      whole,
      iso: isoFormats[i] ?? null,
      isoTimes,
      onlyTimes: style.guess === 'times',
      dates,
      patterns: patterns[i] ?? [],
      number: numberExpression(identifier(name), style),
    };
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
        column: { name, type: 'text', format: null, pattern: null, almost: almost.get(name) ?? null },
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
  /** Whole numbers of at most 15 digits. */
  readonly whole: number;
  /** The ISO 8601 format that the first cells have, and how many cells have it. */
  readonly iso: TimeFormat | null;
  readonly isoTimes: number;
  /** Whether texts are left alone that could be numbers. */
  readonly onlyTimes: boolean;
  /** By pattern. */
  readonly dates: readonly number[];
  readonly patterns: readonly string[];
  /** The expression that reads a number. */
  readonly number: string;
}

/** What a text column is when all of its cells agree; null where it stays text. */
function changeOf(facts: TextFacts): Change | null {
  const { name, filled, isoTimes, iso, dates, patterns, onlyTimes } = facts;
  const id = identifier(name);
  const plain = { name, format: null, pattern: null, almost: null };
  const numeric = onlyTimes ? null : numericChange(facts);
  if (numeric !== null) return numeric;
  if (filled === 0)
    return onlyTimes
      ? null
      : {
          column: { ...plain, type: 'number' },
          stored: { type: 'DOUBLE', expression: `CAST(${id} AS DOUBLE)` },
        };
  if (iso !== null && isoTimes === filled) {
    return {
      column: { ...plain, type: 'time', format: iso },
      stored: { type: timeSqlTypes[iso], expression: timeExpression(id, iso, null) },
    };
  }
  const pattern = patterns[dates.indexOf(filled)];
  if (pattern === undefined) return null;
  const clock = pattern.includes('%H');
  return {
    column: { ...plain, type: 'time', format: clock ? 'datetime' : 'date', pattern },
    stored: { type: clock ? 'TIMESTAMP' : 'DATE', expression: patternExpression(id, pattern) },
  };
}

function numericChange({ name, filled, numbers, zeros, truths, whole, number }: TextFacts): Change | null {
  const id = identifier(name);
  const plain = { name, format: null, pattern: null, almost: null };
  if (filled > 0 && whole === filled && zeros === 0) {
    return {
      column: { ...plain, type: 'integer' },
      stored: { type: 'BIGINT', expression: `CAST(${id} AS BIGINT)` },
    };
  }
  if (filled === 0 || (numbers === filled && zeros === 0)) {
    return { column: { ...plain, type: 'number' }, stored: { type: 'DOUBLE', expression: number } };
  }
  if (truths !== filled) return null;
  return {
    column: { ...plain, type: 'boolean' },
    stored: { type: 'BOOLEAN', expression: `CAST(${id} AS BOOLEAN)` },
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
    .flatMap(({ name, filled, numbers, times, dates, patterns, number }) => {
      const mostDates = Math.max(0, ...dates);
      const good = Math.max(numbers, times, mostDates);
      if (good < filled * almostShare || good === filled) return [];
      const id = identifier(name);
      const type: AlmostTyped['type'] = numbers === good ? 'number' : 'time';
      const parse =
        type === 'number'
          ? number
          : mostDates > times
            ? patternExpression(id, patterns[dates.indexOf(mostDates)] ?? '')
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
