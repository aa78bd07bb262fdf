import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { identifier, literal } from './database.ts';
import { fitReadings, isKept } from './fit-readings.ts';
import { applyChanges, refineColumns, type SqlColumn } from './refine-columns.ts';
import type { ScannedFile } from './scan-file.ts';
import type { ColumnReading, StoredColumn } from './stored-column.ts';
import { ambiguityNote, patternNote } from './time-patterns.ts';

/** Cells that hold nothing, as pandas reads them too. */
const missingTexts = ['', 'NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', '-nan', 'NULL', 'null', 'None'];

/** A row is at most this long. */
const longestLineBytes = 16 << 20;

/** What a thread of DuckDB reads at a time. By default it is sixteen of the longest rows, which leaves one thread idle. */
const bufferBytes = 32 << 20;

/** Types are guessed from this many rows first, and from all of them when a later row does not fit. */
const sniffedRows = 20_480;

export interface ImportedTable {
  readonly columns: readonly StoredColumn[];
  readonly notes: readonly string[];
}

/**
 * Reads a scanned file into a table of the database. The rows stand in the order of the file, so that `rowid` is the
 * row number less one. Nothing is dropped: the number of rows is compared with that of the scan.
 * @param readings how columns must be read; the others are typed by all of their cells.
 */
export async function importCsv(
  connection: DuckDBConnection,
  scanned: ScannedFile,
  table: string,
  readings: readonly ColumnReading[] = [],
): Promise<ImportedTable> {
  const sniffed = await createTable(connection, scanned, table, readings).catch(async (error: unknown) => {
    // An error of the disk says nothing of the text.
    if (error instanceof WorkbenchError) await scanned.explain();
    throw error;
  });
  await dropTrailingBlanks(connection, scanned, table);
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${identifier(table)}`);
  const rows = Number(counted.getRows()[0]?.[0]);
  if (rows !== scanned.records) {
    await scanned.explain();
    throw new WorkbenchError(
      'data/unreadable',
      `The file has ${scanned.records} rows, but ${rows} could be read`,
      { where: scanned.name, hint: 'Look for unusual quotation marks or line ends in the file.' },
    );
  }
  const { decimalComma, thousands } = scanned.dialect;
  const style = { decimalComma, thousands };
  const given = new Set(readings.map(({ name }) => name));
  const free = sniffed.columns.filter(({ name }) => !given.has(name));
  const columns = await applyChanges(connection, table, sniffed.columns, [
    ...(await refineColumns(connection, table, free, style)),
    ...(await fitReadings(connection, table, scanned.name, sniffed.columns, readings, style)),
  ]);
  const notes = [...scanned.dialect.notes, ...(await timeNotes(connection, table, columns))];
  const { blankLines } = scanned;
  if (blankLines > 0) {
    notes.push(
      blankLines === 1
        ? 'One blank line is not counted as a row.'
        : `${blankLines} blank lines are not counted as rows.`,
    );
  }
  if (decimalComma) notes.push('Numbers are read with a decimal comma.');
  if (thousands !== 'none')
    notes.push(`Numbers are read with ${thousandsWords[thousands]} between groups of three digits.`);
  return { columns, notes };
}

const thousandsWords = { comma: 'a comma', dot: 'a dot', space: 'a space', apostrophe: 'an apostrophe' };

/** How dates were read, and whether another order would fit all of them too. */
export async function timeNotes(
  connection: DuckDBConnection,
  table: string,
  columns: readonly StoredColumn[],
): Promise<string[]> {
  const notes = new Set<string>();
  for (const { name, pattern } of columns) {
    const note = pattern === null ? null : patternNote(pattern);
    if (note === null) continue;
    const days = await connection.runAndReadAll(
      `SELECT coalesce(max(day(${identifier(name)})) <= 12, false) FROM ${identifier(table)}`,
    );
    notes.add(days.getRows()[0]?.[0] === true ? `${note} ${ambiguityNote}` : note);
  }
  return [...notes];
}

/** Of a single column the reader takes blank lines at the end for missing cells. */
async function dropTrailingBlanks(
  connection: DuckDBConnection,
  { dialect, records, blankLines }: ScannedFile,
  table: string,
): Promise<void> {
  const [name, ...others] = dialect.names;
  if (name === undefined || others.length > 0 || blankLines === 0) return;
  await connection.run(
    `DELETE FROM ${identifier(table)} WHERE rowid >= ${records} AND ${identifier(name)} IS NULL`,
  );
}

interface Sniffed {
  readonly columns: readonly SqlColumn[];
  readonly dateFormat: string | null;
  readonly timestampFormat: string | null;
}

async function createTable(
  connection: DuckDBConnection,
  scanned: ScannedFile,
  table: string,
  readings: readonly ColumnReading[],
): Promise<Sniffed> {
  for (const sample of [sniffedRows, -1]) {
    const sniffed = await sniff(connection, scanned, sample, readings);
    const columns = sniffed.columns
      .map(({ name, sqlType }) => `${literal(name)}: ${literal(sqlType)}`)
      .join(', ');
    const formats = [
      sniffed.dateFormat === null ? '' : `, dateformat=${literal(sniffed.dateFormat)}`,
      sniffed.timestampFormat === null ? '' : `, timestampformat=${literal(sniffed.timestampFormat)}`,
    ].join('');
    try {
      await connection.run(
        `CREATE OR REPLACE TABLE ${identifier(table)} AS SELECT * FROM read_csv(${literal(scanned.path)}, ${dialectOptions(scanned)}, auto_detect=false, columns={${columns}}${formats})`,
      );
      return sniffed;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const conversion = /conver|cast/i.test(message);
      if (conversion && sample !== -1) continue;
      throw /CSV Error|sniffing/i.test(message) ? csvError(message, scanned.name, cause) : cause;
    }
  }
  throw new WorkbenchError('internal', 'The table was not created');
}

async function sniff(
  connection: DuckDBConnection,
  scanned: ScannedFile,
  sample: number,
  readings: readonly ColumnReading[],
): Promise<Sniffed> {
  // Booleans are left as text here: DuckDB would take yes and no for them and lose the words.
  const candidates = ['BIGINT', 'DOUBLE', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMPTZ', 'VARCHAR'];
  try {
    const result = await connection.runAndReadAll(
      `SELECT Columns, DateFormat, TimestampFormat FROM sniff_csv(${literal(scanned.path)}, ${dialectOptions(scanned)}, sample_size=${sample}, auto_type_candidates=[${candidates.map(literal).join(', ')}])`,
    );
    const [columns, dateFormat, timestampFormat] = result.getRowsJson()[0] ?? [];
    const sniffedTypes = Array.isArray(columns) ? columns.map(typeOfSniffed) : [];
    const formats = { dateFormat: formatOf(dateFormat), timestampFormat: formatOf(timestampFormat) };
    return {
      columns: scanned.dialect.names.map((name, i) => {
        const sqlType = sniffedTypes[i] ?? 'VARCHAR';
        const pattern =
          sqlType === 'DATE'
            ? formats.dateFormat
            : sqlType.startsWith('TIMESTAMP')
              ? formats.timestampFormat
              : null;
        const reading = readings.find((candidate) => candidate.name === name);
        // 24 is no year, and "1 2 3" is three numbers.
        const timed = sqlType === 'DATE' || sqlType === 'TIME' || sqlType.startsWith('TIMESTAMP');
        const doubtful =
          timed && (pattern?.includes('%y') === true || !/[-/.:]/.test(scanned.dialect.shown[i] ?? '-'));
        const kept = reading === undefined ? !doubtful : isKept(reading, sqlType);
        if (!kept) return { name, sqlType: 'VARCHAR', pattern: null };
        return { name, sqlType, pattern: pattern === '%Y-%m-%d' ? null : pattern };
      }),
      ...formats,
    };
  } catch (cause) {
    throw csvError(cause instanceof Error ? cause.message : String(cause), scanned.name, cause);
  }
}

function formatOf(sniffed: unknown): string | null {
  return typeof sniffed === 'string' && sniffed !== '' ? sniffed : null;
}

function typeOfSniffed(column: unknown): string {
  const type = typeof column === 'object' && column !== null && 'type' in column ? column.type : null;
  return typeof type === 'string' ? type : 'VARCHAR';
}

/** Everything about the cutting is said, so that DuckDB guesses nothing but types. */
function dialectOptions({ dialect, leadingBlankLines }: ScannedFile): string {
  return [
    `delim=${literal(dialect.delimiter)}`,
    `quote=${literal(dialect.quote)}`,
    `escape=${literal(dialect.quote)}`,
    `header=${dialect.header}`,
    `skip=${leadingBlankLines}`,
    `comment=''`,
    `strict_mode=true`,
    `ignore_errors=false`,
    `null_padding=false`,
    `max_line_size=${longestLineBytes}`,
    `buffer_size=${bufferBytes}`,
    `decimal_separator=${literal(dialect.decimalComma ? ',' : '.')}`,
    `nullstr=[${missingTexts.map(literal).join(', ')}]`,
  ].join(', ');
}

/** What the scan did not find and DuckDB stumbles over. */
function csvError(message: string, name: string, cause: unknown): WorkbenchError {
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const tooLong = /maximum line size|max_line_size/i.test(message) && /exceed/i.test(message);
  return new WorkbenchError(
    'data/unreadable',
    tooLong
      ? `A line is longer than ${longestLineBytes >> 20} MB`
      : 'The file cannot be cut into rows and columns',
    {
      where: line === undefined ? name : `${name}, line ${line}`,
      hint: 'Check the quotation marks and line ends of the file.',
      cause,
    },
  );
}
