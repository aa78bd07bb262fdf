import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceConfig, SourceFormat, SourceShape } from '../../../engine/contract/source.ts';
import type { ParsedColumn, ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import type {
  FormatReader,
  FoundSource,
  ReadContext,
  PartChoices,
  SourcePart,
} from '../formats/format-reader.ts';
import { findFormat, readerOf } from '../formats/formats.ts';
import type { OpenedSource } from '../formats/open-source.ts';
import { readText } from '../formats/read-bytes.ts';
import { requireGoing } from './canceled.ts';
import { identifier, literal } from './database.ts';
import { reshape } from './reshape.ts';
import { findTranscript, joinTranscript } from './transcript.ts';
import { type StoredReading, storeReading } from './store-reading.ts';
import type { ColumnReading, StoredColumn } from './stored-column.ts';

/** A source as a table of the database. */
export interface ImportedSource {
  readonly format: SourceFormat;
  readonly shape: SourceShape;
  readonly columns: readonly StoredColumn[];
  /** Rows of the table. */
  readonly rows: number;
  /** Records of the files: read = used + dropped. They are the rows, unless the shape was changed. */
  readonly read: number;
  readonly used: number;
  readonly dropped: ParsedTable['dropped'];
  readonly notes: readonly string[];
  readonly found: FoundSource;
  readonly choices: PartChoices;
}

/**
 * Reads an opened source into a table of the database.
 * @param readings how columns must be read; the others are typed by their content.
 */
export async function importSource(
  connection: DuckDBConnection,
  given: OpenedSource,
  config: SourceConfig,
  context: ReadContext,
  table: string,
  readings: readonly ColumnReading[] = [],
): Promise<ImportedSource> {
  const transcribed = findTranscript(given);
  const source = transcribed?.sounds ?? given;
  const [first] = source.parts;
  if (first === undefined)
    throw new WorkbenchError('data/empty', 'There is nothing to read', { where: source.name });
  const reader = source.format === null ? await findFormat(first, config) : readerOf(source.format);
  const parts = source.several
    ? await storeParts(connection, source, reader, config, context, table, readings)
    : await storeOne(connection, first, reader, config, context, table, readings);
  const stored =
    transcribed === null
      ? parts
      : await withTranscript(connection, transcribed.transcript, parts, config, context, table);
  // Arrays say by their axes what they are, and were read so.
  const arrays = reader.format === 'numpy' || reader.format === 'hdf5';
  const wish = arrays ? 'wide' : config.shape;
  const shaped = await reshape(connection, table, stored.columns, wish, source.name);
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${identifier(table)}`);
  const rows = Number(counted.getRows()[0]?.[0]);
  if (rows === 0) throw new WorkbenchError('data/empty', 'The table has no rows', { where: source.name });
  return {
    format: reader.format,
    shape: shaped.shape,
    columns: shaped.columns,
    rows,
    read: stored.read,
    used: stored.rows,
    dropped: stored.dropped,
    notes: [...stored.notes, ...shaped.notes],
    found: stored.found,
    choices: stored.choices,
  };
}

type StoredPart = StoredReading & { readonly found: FoundSource; readonly choices: PartChoices };

async function storeOne(
  connection: DuckDBConnection,
  part: SourcePart,
  reader: FormatReader,
  config: SourceConfig,
  context: ReadContext,
  table: string,
  readings: readonly ColumnReading[],
): Promise<StoredPart> {
  const reading = await reader.read(part, config, context);
  requireGoing(context.signal, part.name);
  const stored = await storeReading(connection, reading, table, part.name, readings);
  return { ...stored, found: reading.found, choices: reading.choices };
}

/** What a transcript says joins the frames of each sound. */
async function withTranscript(
  connection: DuckDBConnection,
  transcript: SourcePart,
  parts: StoredPart,
  config: SourceConfig,
  context: ReadContext,
  table: string,
): Promise<StoredPart> {
  const { columns, notes } = await joinTranscript(
    connection,
    transcript,
    config,
    context,
    table,
    parts.columns,
  );
  return { ...parts, columns: [...parts.columns, ...columns], notes: [...parts.notes, ...notes] };
}

/** Files of a folder or archive: documents where they are text, else one series each, with the same columns. */
async function storeParts(
  connection: DuckDBConnection,
  source: OpenedSource,
  reader: FormatReader,
  config: SourceConfig,
  context: ReadContext,
  table: string,
  readings: readonly ColumnReading[],
): Promise<StoredPart> {
  if (reader.format === 'text') {
    const parsed = await readDocuments(source, config, context);
    const reading = { kind: 'parsed', table: parsed, found: {}, choices: {} } as const;
    return {
      ...(await storeReading(connection, reading, table, source.name, readings)),
      found: {},
      choices: {},
    };
  }
  const staging = `${table} part`;
  let settings = config;
  let columns: readonly StoredColumn[] = [];
  let choices: PartChoices = {};
  const notes = new Set<string>();
  const dropped = new Map<string, number>();
  let read = 0;
  let rows = 0;
  const classes = new Set(source.parts.map(({ folder }) => folder));
  const labeled = classes.size > 1 && !classes.has('');
  for (const [index, part] of source.parts.entries()) {
    requireGoing(context.signal, part.name);
    const other = index === 0 ? reader : await findFormat(part, config);
    if (other.format !== reader.format) {
      throw new WorkbenchError(
        'data/unreadable',
        `The files are of different formats: ${reader.format} and ${other.format}`,
        {
          where: part.name,
          hint: 'Put files of one format into the folder, or name one of them.',
        },
      );
    }
    // How the first file was read holds for all.
    const reading = await reader.read(part, settings, context);
    const stored = await storeReading(connection, reading, staging, part.name, readings);
    if (index === 0) {
      settings = { ...settings, ...reading.found, encoding: config.encoding };
      choices = reading.choices;
      columns = stored.columns;
    } else requireSameColumns(columns, stored.columns, part.name, source.parts[0]?.name ?? '');
    const tags = labeled ? [['label', lastFolder(part.folder)] as const] : [];
    const name = seriesName(part, source);
    columns = await append(
      connection,
      { table, staging, first: index === 0, columns, stored: stored.columns },
      [['series', name], ...tags],
    );
    for (const note of stored.notes) notes.add(note);
    for (const { reason, count } of stored.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + count);
    read += stored.read;
    rows += stored.rows;
  }
  await connection.run(`DROP TABLE IF EXISTS ${identifier(staging)}`);
  const tagNames = nameTags(columns, labeled);
  const plain = { type: 'text', format: null, pattern: null, almost: null } as const;
  return {
    columns: [...tagNames.map((name): StoredColumn => ({ name, ...plain })), ...columns],
    rows,
    read,
    dropped: [...dropped].map(([reason, count]) => ({ reason, count })),
    notes: [
      `${source.parts.length} files became one table; the column "${tagNames[0]}" names the file of each row.`,
      ...notes,
    ],
    found: settings,
    choices,
  };
}

/** The name of a file without its folder and ending, with the folder where two files have the same name. */
function seriesName(part: SourcePart, { parts }: OpenedSource): string {
  const bare = (name: string) => (name.split('/').at(-1) ?? name).replace(/\.[A-Za-z0-9]{1,8}$/, '');
  const name = bare(part.name);
  const twice = parts.some((other) => other !== part && bare(other.name) === name);
  return twice ? part.name.replace(/\.[A-Za-z0-9]{1,8}$/, '') : name;
}

function lastFolder(folder: string): string {
  return folder.split('/').at(-1) ?? folder;
}

function nameTags(columns: readonly StoredColumn[], labeled: boolean): string[] {
  const own = columns.map(({ name }) => name.toLowerCase());
  return ['series', ...(labeled ? ['label'] : [])].map((tag) => {
    if (!own.includes(tag)) return tag;
    return own.includes('file') || tag !== 'series' ? `${tag} of file` : 'file';
  });
}

function requireSameColumns(
  expected: readonly StoredColumn[],
  found: readonly StoredColumn[],
  file: string,
  first: string,
): void {
  const names = new Set(found.map(({ name }) => name));
  const missing = expected.find(({ name }) => !names.has(name));
  const extra = found.find(({ name }) => !expected.some((column) => column.name === name));
  if (missing === undefined && extra === undefined) return;
  throw new WorkbenchError(
    'data/ragged-rows',
    missing === undefined
      ? `The file has a column "${extra?.name}" that "${first}" does not have`
      : `The file has no column "${missing.name}", which "${first}" has`,
    { where: file, hint: 'Give all files of the folder the same columns.' },
  );
}

interface Appending {
  readonly table: string;
  readonly staging: string;
  readonly first: boolean;
  readonly columns: readonly StoredColumn[];
  readonly stored: readonly StoredColumn[];
}

/** Adds the rows of one file; a column whose type differs from that of the files before becomes text or a number. */
async function append(
  connection: DuckDBConnection,
  { table, staging, first, columns, stored }: Appending,
  tags: readonly (readonly [string, string])[],
): Promise<readonly StoredColumn[]> {
  const names = nameTags(columns, tags.length > 1);
  const constants = tags.map(([, text], i) => `${literal(text)} AS ${identifier(names[i] as string)}`);
  const list = columns.map(({ name }) => identifier(name)).join(', ');
  const select = `SELECT ${constants.join(', ')}, ${list} FROM ${identifier(staging)}`;
  if (first) {
    await connection.run(`CREATE OR REPLACE TABLE ${identifier(table)} AS ${select}`);
    return columns;
  }
  const unified = columns.map((column) =>
    unify(column, stored.find(({ name }) => name === column.name) ?? column),
  );
  for (const [i, column] of unified.entries()) {
    const { name, type } = column;
    for (const [target, had] of [
      [table, columns[i]],
      [staging, stored.find((candidate) => candidate.name === name)],
    ] as const) {
      if (had === undefined || (had.type === type && had.format === column.format)) continue;
      const sqlType =
        type === 'text'
          ? 'VARCHAR'
          : type === 'number'
            ? 'DOUBLE'
            : type === 'integer'
              ? 'BIGINT'
              : 'TIMESTAMP';
      await connection.run(
        `ALTER TABLE ${identifier(target)} ALTER COLUMN ${identifier(name)} SET DATA TYPE ${sqlType}`,
      );
    }
  }
  await connection.run(`INSERT INTO ${identifier(table)} ${select}`);
  return unified;
}

function unify(a: StoredColumn, b: StoredColumn): StoredColumn {
  const numeric = (column: StoredColumn) => column.type === 'number' || column.type === 'integer';
  if (a.type === b.type && a.format === b.format) return a.almost === null ? { ...a, almost: b.almost } : a;
  if (numeric(a) && numeric(b)) return { ...a, type: 'number' };
  const days = new Set([a.format, b.format]);
  if (a.type === 'time' && b.type === 'time' && days.has('date') && days.has('datetime')) {
    return { ...a, format: 'datetime' };
  }
  return { name: a.name, type: 'text', format: null, pattern: null, almost: null };
}

/** A document a file: columns `file`, `text`, and `label` where the files lie in a folder for each class. */
async function readDocuments(
  source: OpenedSource,
  config: SourceConfig,
  context: ReadContext,
): Promise<ParsedTable> {
  const files: string[] = [];
  const texts: string[] = [];
  const labels: string[] = [];
  const notes = new Set<string>();
  let empty = 0;
  for (const part of source.parts) {
    requireGoing(context.signal, part.name);
    const decoded = await readText(part, config).catch((error: unknown) => {
      if (error instanceof WorkbenchError && error.code === 'data/empty') return null;
      throw error;
    });
    if (decoded === null || decoded.text.trim() === '') {
      empty++;
      continue;
    }
    for (const note of decoded.notes) notes.add(note);
    files.push(part.name);
    texts.push(decoded.text);
    labels.push(lastFolder(part.folder));
  }
  if (texts.length === 0)
    throw new WorkbenchError('data/empty', 'The files hold no text', { where: source.name });
  const column = (name: string, values: readonly string[]): ParsedColumn => ({
    name,
    kind: 'text',
    values,
    guess: 'none',
  });
  const classes = new Set(labels);
  const labeled = classes.size > 1 && !classes.has('');
  return {
    columns: [column('file', files), column('text', texts), ...(labeled ? [column('label', labels)] : [])],
    rowCount: texts.length,
    read: source.parts.length,
    dropped: empty === 0 ? [] : [{ reason: 'empty file', count: empty }],
    notes: [
      labeled
        ? `Every file is one document; "label" is the folder it lies in (${classes.size} classes).`
        : 'Every file is one document.',
      ...notes,
    ],
  };
}
