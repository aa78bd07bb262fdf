import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { describeError, WorkbenchError } from '../../engine/base/errors.ts';
import { sourceSchema } from '../../engine/contract/source.ts';
import { tableOfArrays } from '../../engine/data/formats/array-table.ts';
import { decodeText, findEncoding } from '../../engine/data/formats/encoding.ts';
import { parseJson, parseJsonLines } from '../../engine/data/formats/json-table.ts';
import { parseLines } from '../../engine/data/formats/lines.ts';
import { parseNpy } from '../../engine/data/formats/npy.ts';
import type { ParsedTable } from '../../engine/data/formats/parsed-table.ts';
import { findZipDirectory, readZipDirectory } from '../../engine/data/formats/zip-directory.ts';
import { unpack } from '../../main/platform/formats/archive.ts';
import type { ReadContext } from '../../main/platform/formats/format-reader.ts';
import { Hdf5Reader } from '../../main/platform/hdf5/hdf5-reader.ts';
import { readArrow, startArrowThread } from '../../main/platform/formats/arrow.ts';
import { readHdf5 } from '../../main/platform/formats/hdf5.ts';
import { readerOf } from '../../main/platform/formats/formats.ts';
import { readArchive } from '../../main/platform/formats/numpy.ts';
import { withDatabase } from '../../main/platform/tables/database.ts';
import { importSource } from '../../main/platform/tables/import-source.ts';
import { mutate } from './mutate.ts';

/** Mutations for each parser; FUZZ=100000 for the long run, FUZZ_FROM=50000 for where one that was cut short goes on. */
const count = Number(process.env.FUZZ ?? 300);
const first = Number(process.env.FUZZ_FROM ?? 1);
/** Milliseconds that a long run may take. */
const timeout = 10 * 3_600_000;
/** Readers that go through files, the database or another library are slower. */
const slowCount = Math.max(20, Math.ceil(count / 10));

const corpus = fileURLToPath(new URL('golden/corpus/', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'gru-fuzz-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const config = sourceSchema.parse({});
const options = { name: 'fuzz', path: null, labels: null, shape: null };
const context: ReadContext = {
  signal: undefined,
  onBytes: undefined,
  scratch: async (name) => join(scratch, name),
};

function requireSound({ columns, rowCount, read, dropped }: ParsedTable): void {
  for (const { values } of columns) expect(values.length).toBe(rowCount);
  expect(read).toBe(rowCount + dropped.reduce((sum, { count: rows }) => sum + rows, 0));
}

/** A typed error is an answer; anything else is not. */
function requireTyped(error: unknown, seed: number): void {
  if (error instanceof WorkbenchError && error.code !== 'internal') return;
  throw new Error(`seed ${seed}: ${describeError(error)}`, { cause: error });
}

const pure: readonly (readonly [string, string, (bytes: Uint8Array) => void])[] = [
  ['JSON', 'json-nested.json', (bytes) => requireSound(parseJson(text(bytes), options).table)],
  ['JSON by column', 'json-pandas.json', (bytes) => requireSound(parseJson(text(bytes), options).table)],
  ['JSON lines', 'lines-nested.ndjson', (bytes) => requireSound(parseJsonLines(text(bytes), options))],
  ['NumPy', 'array-f2.npy', (bytes) => requireSound(tableOfArrays(parseNpy(bytes, 'fuzz'), null, options))],
  ['NumPy texts', 'array-text.npy', (bytes) => void parseNpy(bytes, 'fuzz')],
  ['NumPy archives', 'labels-steps.npz', (bytes) => void readArchive(bytes, 'fuzz')],
  [
    'zip directories',
    'many.zip',
    (bytes) => {
      const place = findZipDirectory(bytes, 0, 'fuzz');
      const directory = bytes.subarray(place.offset, place.offset + place.size);
      readZipDirectory(directory, bytes.length, 'fuzz');
    },
  ],
  [
    'encodings and lines',
    'lines-chinese.txt',
    (bytes) => {
      const found = findEncoding(bytes, true);
      // An encoding that was found must decode, or be one of those told by a mark or by zeros.
      if (found.encoding === 'utf-8' && found.mark === 0) decodeText(bytes, found);
      requireSound(parseLines(text(bytes), 'fuzz'));
    },
  ],
];

describe(`${count} changed files end in a typed error or a sound table`, () => {
  it.each(pure)('%s', { timeout }, async (_, file, parse) => {
    const original = new Uint8Array(await readFile(join(corpus, file)));
    parse(original);
    for (let seed = first; seed < first + count; seed++) {
      try {
        parse(mutate(original, seed));
      } catch (error) {
        requireTyped(error, seed);
      }
    }
  });
});

const corpusFile = async (file: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(corpus, file)));

/** Columns of every kind that the format has, with gaps. */
async function arrowBytes(): Promise<Uint8Array> {
  const { tableFromArrays, tableToIPC } = await import('apache-arrow');
  const table = tableFromArrays({
    whole: Int32Array.of(1, 2, 3, 4),
    real: Float64Array.of(0.5, 1.5, 2.5, Number.NaN),
    text: ['a', null, 'ccc', 'a'],
    when: [0, 1, 2, 3].map((day) => new Date(86_400_000 * day)),
    truth: [true, false, null, true],
  });
  return tableToIPC(table, 'file');
}

async function parquetBytes(): Promise<Uint8Array> {
  const path = join(scratch, 'original.parquet');
  await withDatabase({ path: null }, (connection) =>
    connection.run(
      `COPY (SELECT range AS whole, range / 3 AS real, 'text ' || range % 5 AS text, DATE '2024-01-01' + range::INT AS day, nullif(range % 3, 0) = 1 AS truth FROM range(200)) TO '${path}' (FORMAT parquet)`,
    ),
  );
  return new Uint8Array(await readFile(path));
}

const readers = [
  ['excel', () => corpusFile('book.xlsx')],
  ['csv', () => corpusFile('dialect-semicolon-lf-all.csv')],
] as const;

describe(`${slowCount} changed files, read through other libraries`, () => {
  it.each(readers)('%s', { timeout }, async (format, make) => {
    const original = await make();
    const path = join(scratch, `fuzz-${format}`);
    for (let seed = first; seed < first + slowCount; seed++) {
      await writeFile(path, mutate(original, seed));
      try {
        const reading = await readerOf(format).read({ path, name: 'fuzz', folder: '' }, config, context);
        if (reading.kind === 'parsed') requireSound(reading.table);
      } catch (error) {
        requireTyped(error, seed);
      }
    }
  });

  // Found by the test below: without the limit of the thread it never ends.
  it('a file that keeps a library busy for ever is given up', async () => {
    const thread = startArrowThread();
    await expect(readArrow(thread, mutate(await arrowBytes(), 77), 'fuzz')).rejects.toMatchObject({
      code: 'data/unreadable',
      message: 'The Arrow file cannot be read: Reading it takes too long',
    });
    await thread.close();
  });

  it('a workbook whose sheet has lost its rows is refused', async () => {
    const path = join(scratch, 'lost.xlsx');
    await writeFile(path, mutate(await corpusFile('book.xlsx'), 12_872));
    await expect(
      readerOf('excel').read({ path, name: 'fuzz', folder: '' }, config, context),
    ).rejects.toMatchObject({
      code: 'data/unreadable',
      message: expect.stringMatching(/its sheet ".*" has lost its rows$/),
    });
  });

  it('arrow', { timeout }, async () => {
    const original = await arrowBytes();
    const thread = startArrowThread();
    requireSound(await readArrow(thread, original, 'fuzz'));
    for (let seed = first; seed < first + slowCount; seed++) {
      try {
        requireSound(await readArrow(thread, mutate(original, seed), 'fuzz'));
      } catch (error) {
        requireTyped(error, seed);
      }
    }
    await thread.close();
  });

  it('hdf5', { timeout }, async () => {
    const original = new Uint8Array(await readFile(join(corpus, 'sequences.h5')));
    const path = join(scratch, 'fuzz-hdf5');
    const reader = new Hdf5Reader();
    for (let seed = first; seed < first + slowCount; seed++) {
      await writeFile(path, mutate(original, seed));
      try {
        const reading = await readHdf5(reader, path, options);
        if (reading.kind === 'parsed') requireSound(reading.table);
      } catch (error) {
        requireTyped(error, seed);
      }
    }
    await reader.close();
  });

  it.each(['one.zip', 'small.csv.gz', 'inner.zip'])('archive %s', { timeout }, async (file) => {
    const original = new Uint8Array(await readFile(join(corpus, file)));
    const path = join(scratch, 'fuzz-archive');
    for (let seed = first; seed < first + slowCount; seed++) {
      await writeFile(path, mutate(original, seed));
      try {
        await unpack({ path, name: 'fuzz', folder: '' }, config, context);
      } catch (error) {
        requireTyped(error, seed);
      }
    }
  });
});

/** Made here: there is none in the corpus. */
const parquet = 'original.parquet';

const tables = [
  parquet,
  'dialect-semicolon-lf-all.csv',
  'decimal-comma-dots-semicolon.csv',
  'encoding-chinese-comma-gb18030.csv',
  'comment-middle.csv',
  'date-mixed.csv',
  'rows.csv',
  'long.csv',
  'shape-spaces.dat',
  'json-nested.json',
];

describe(`${slowCount} changed tables become rows of the database, counted`, () => {
  it.each(tables)('%s', { timeout }, async (file) => {
    const original = file === parquet ? await parquetBytes() : await corpusFile(file);
    const path = join(scratch, `changed ${file}`);
    await withDatabase({ path: null }, async (connection) => {
      for (let seed = first; seed < first + slowCount; seed++) {
        await writeFile(path, mutate(original, seed));
        const source = {
          name: file,
          parts: [{ path, name: file, folder: '' }],
          several: false,
          packing: [],
          entries: [],
          format: null,
        };
        try {
          const { read, used, dropped, rows, shape } = await importSource(
            connection,
            source,
            config,
            context,
            'fuzz',
          );
          expect(read).toBe(used + dropped.reduce((sum, { count: left }) => sum + left, 0));
          if (shape === 'wide') expect(rows).toBe(used);
        } catch (error) {
          requireTyped(error, seed);
        }
      }
    });
  });
});
