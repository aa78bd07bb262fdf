import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../engine/base/errors.ts';
import { databaseError } from '../../main/platform/tables/database.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import { badFiles } from './bad-files.ts';
import { sentenceOf, temporaryFolder } from './make-table.ts';

const folder = await temporaryFolder();
describe('a file that cannot be a table is refused with a sentence', () => {
  it.each(badFiles)('%s', async (name, content, sentence) => {
    const file = await folder.write(name, content);
    expect(await sentenceOf(() => readTable(file))).toBe(sentence);
  });

  it('names a missing file', async () => {
    const file = join(folder.path, 'nowhere.csv');
    expect(await sentenceOf(() => readTable(file))).toBe(
      `There is no such file (${file}). Check the folder and the spelling.`,
    );
  });

  it('names an empty folder', async () => {
    const path = join(folder.path, 'inner');
    await mkdir(path);
    expect(await sentenceOf(() => readTable(path))).toBe(`The folder holds no files (${path}).`);
  });

  it('refuses a program', async () => {
    const file = await folder.write('program.csv', (await readFile(process.execPath)).subarray(0, 100_000));
    expect(await sentenceOf(() => readTable(file))).toMatch(
      /^This is not a (table: it is a program|text file: it holds binary data)/,
    );
  });
});

describe('what the database says becomes a sentence', () => {
  // Messages as DuckDB 1.5 gave them on a full tmpfs, under a file size limit, with a second writer, on rubbish.
  it.each([
    [
      'TransactionContext Error: Failed to commit: Could not write file "/p/data.duckdb.wal": No space left on device',
      'The disk is full (/p/data.duckdb). Free some space and try again; what was saved before is intact.',
    ],
    [
      'TransactionContext Error: Failed to commit: Could not write file "/p/data.duckdb.wal": File too large',
      'The disk is full (/p/data.duckdb). Free some space and try again; what was saved before is intact.',
    ],
    [
      'IO Error: Could not set lock on file "/p/data.duckdb": Conflicting lock is held in /usr/bin/node (PID 4820).',
      'Another program has the tables of this project open (/p/data.duckdb). Close it, or wait until its import has finished.',
    ],
    [
      'IO Error: The file "/p/data.duckdb" exists, but it is not a valid DuckDB database file!',
      'The tables of this project are damaged (/p/data.duckdb). Remove data.duckdb; the next run imports the source file again.',
    ],
    [
      'IO Error: Cannot open file "/p/data.duckdb": Permission denied',
      'The tables of this project may not be written to (/p/data.duckdb). Change the permissions, or use another folder.',
    ],
    [
      'IO Error: Cannot open file "/p/data.duckdb": Read-only file system',
      'The tables of this project may not be written to (/p/data.duckdb). Change the permissions, or use another folder.',
    ],
    ['Something new\nwith details', 'The tables cannot be used: Something new (/p/data.duckdb).'],
  ])('%s', (message, sentence) => {
    expect(describeError(databaseError(new Error(message), '/p/data.duckdb'))).toBe(sentence);
  });
});
