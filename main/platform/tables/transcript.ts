import { writeFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { dataEndings } from '../../../engine/contract/files.ts';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import { csvReader } from '../formats/csv.ts';
import type { ReadContext, SourcePart } from '../formats/format-reader.ts';
import type { OpenedSource } from '../formats/open-source.ts';
import { readText } from '../formats/read-bytes.ts';
import { identifier } from './database.ts';
import { storeReading } from './store-reading.ts';
import type { StoredColumn } from './stored-column.ts';

/** A folder of sounds with the one file that says something of each. */
export interface TranscribedSounds {
  readonly sounds: OpenedSource;
  readonly transcript: SourcePart;
}

/** Null where the source is no folder of sounds with one table or text beside them. */
export function findTranscript(source: OpenedSource): TranscribedSounds | null {
  const sounds = source.parts.filter((part) => hasEnding(part, dataEndings.wav));
  const others = source.parts.filter((part) => !sounds.includes(part));
  const [transcript] = others;
  if (sounds.length === 0 || transcript === undefined || others.length > 1) return null;
  if (!hasEnding(transcript, [...dataEndings.csv, ...dataEndings.text])) return null;
  return { sounds: { ...source, parts: sounds }, transcript };
}

function hasEnding({ name }: SourcePart, endings: readonly string[]): boolean {
  return endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`));
}

/**
 * Puts what a transcript says of each sound beside its frames: the file has a column of names of sounds, with or
 * without folder and ending; its other columns join the table. A text file has a name and the words after it on each
 * line (LibriSpeech).
 * @param frames columns of the table, the first of which names the sound.
 * @throws `data/unknown-column` where no column names the sounds.
 */
export async function joinTranscript(
  connection: DuckDBConnection,
  transcript: SourcePart,
  config: SourceConfig,
  context: ReadContext,
  table: string,
  frames: readonly StoredColumn[],
): Promise<{ readonly columns: readonly StoredColumn[]; readonly notes: readonly string[] }> {
  const staging = `${table} transcript`;
  const series = frames[0]?.name ?? 'series';
  const part = hasEnding(transcript, dataEndings.text)
    ? await tabulated(transcript, config, context)
    : transcript;
  const reading = await csvReader.read(part, { ...config, format: null }, context);
  const stored = await storeReading(connection, reading, staging, transcript.name, []);
  const sounds = `(SELECT DISTINCT ${identifier(series)} AS name FROM ${identifier(table)})`;
  const counts = await Promise.all(
    stored.columns.map(async ({ name }) => {
      const found = await connection.runAndReadAll(
        `SELECT count(DISTINCT sounds.name) FROM ${identifier(staging)} JOIN ${sounds} AS sounds ON ${stem(name)} = ${bare('sounds.name')}`,
      );
      return Number(found.getRows()[0]?.[0]);
    }),
  );
  const matched = Math.max(...counts);
  const key = stored.columns[counts.indexOf(matched)];
  if (matched === 0 || key === undefined) {
    throw new WorkbenchError('data/unknown-column', 'No column of the transcript names the sounds', {
      where: transcript.name,
      hint: 'Give it a column with the names of the sound files, or put it outside the folder.',
    });
  }
  const others = stored.columns.filter(({ name }) => name !== key.name);
  const taken = new Set(frames.map(({ name }) => name.toLowerCase()));
  const columns = others.map((column) =>
    taken.has(column.name.toLowerCase()) ? { ...column, name: `${column.name} said` } : column,
  );
  const chosen = columns
    .map(({ name }, i) => `said.${identifier(others[i]?.name ?? name)} AS ${identifier(name)}`)
    .join(', ');
  const joined = `${table} joined`;
  await connection.run(
    `CREATE OR REPLACE TABLE ${identifier(joined)} AS SELECT frames.*${chosen === '' ? '' : `, ${chosen}`} FROM ${identifier(table)} AS frames LEFT JOIN (SELECT DISTINCT ON (${stem(key.name)}) ${stem(key.name)} AS sound, * FROM ${identifier(staging)} ORDER BY rowid) AS said ON said.sound = ${bare(`frames.${identifier(series)}`)} ORDER BY frames.rowid`,
  );
  const total = await connection.runAndReadAll(`SELECT count(*) FROM ${sounds}`);
  for (const gone of [table, staging]) await connection.run(`DROP TABLE ${identifier(gone)}`);
  await connection.run(`ALTER TABLE ${identifier(joined)} RENAME TO ${identifier(table)}`);
  const silent = Number(total.getRows()[0]?.[0]) - matched;
  return {
    columns,
    notes: [
      `"${transcript.name}" says ${columns.map(({ name }) => `"${name}"`).join(', ')} of each sound.`,
      ...(silent === 0 ? [] : [`It says nothing of ${silent} sounds.`]),
    ],
  };
}

/** The name of a sound without its folder and ending, of a column of the transcript. */
function stem(column: string): string {
  return bare(`CAST(${identifier(column)} AS VARCHAR)`);
}

function bare(text: string): string {
  return `regexp_replace(regexp_replace(${text}, '^.*[/\\\\]', ''), '\\.[A-Za-z0-9]{1,8}$', '')`;
}

/** A file of lines "NAME words" as one of two columns. */
async function tabulated(part: SourcePart, config: SourceConfig, context: ReadContext): Promise<SourcePart> {
  const { text } = await readText(part, config);
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines.some((line) => /[\t|]/.test(line))) return part;
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const rows = lines.map((line) => {
    const [, name = '', words = ''] = /^(\S+)\s*(.*)$/.exec(line.trim()) ?? [];
    return `${quote(name)},${quote(words)}`;
  });
  const path = await context.scratch('transcript.csv');
  await writeFile(path, ['sound,text', ...rows].join('\n'));
  return { ...part, path };
}
