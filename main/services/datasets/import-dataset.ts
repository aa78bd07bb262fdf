import { resolve } from 'node:path';
import { type SourceConfig, sourceChoicesSchema, sourceSchema } from '../../../engine/contract/source.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';
import { createFileSystem, requireWritable } from '../../platform/files.ts';
import { hashSource, type SourceFacts, statSource, withSource } from '../../platform/formats/open-source.ts';
import { identifier, withDatabase } from '../../platform/tables/database.ts';
import { type ImportedSource, importSource } from '../../platform/tables/import-source.ts';
import { deriveTable } from '../../platform/tables/run-query.ts';
import { type Dataset, datasetKind } from './dataset.ts';
import { databasePath, datasetId, derivedId, manifestPath } from './paths.ts';

/** How far an import is. */
export interface ImportProgress {
  /** Reading the file to know it again, cutting and checking it, or storing its rows. */
  readonly phase: 'hash' | 'read' | 'store';
  /** Share of the phase that is done, 0 to 1; null where it cannot be told. */
  readonly share: number | null;
}

export interface ImportOptions {
  /** How the file is read; everything is found by default. */
  readonly source?: SourceConfig;
  /** When aborted, the import stops with `data/canceled` and leaves nothing behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/**
 * Reads a file or folder into the project once: a table of data.duckdb and datasets/<id>/dataset.json. The same content
 * read in the same way a second time is found again and not imported twice. When it fails, the folder is as it was.
 * @param projectDirectory the project folder; must exist.
 * @param file absolute, or relative to the current folder.
 */
export async function importDataset(
  projectDirectory: string,
  file: string,
  options: ImportOptions = {},
): Promise<Dataset> {
  const { source: reading = sourceSchema.parse({}), signal, onProgress } = options;
  const source = resolve(file);
  const facts = await statSource(source);
  const share = (phase: ImportProgress['phase']) => (bytes: number) =>
    onProgress?.({ phase, share: facts.size === 0 ? null : Math.min(1, bytes / facts.size) });
  const known = await findKnown(projectDirectory, source, facts, reading, signal, share('hash'));
  if (known !== null) return known;
  await requireWritable(projectDirectory);
  return leavingNothing(projectDirectory, (write) =>
    withHash(source, facts, signal, (hashed) =>
      withSource(source, facts, reading, { signal, onBytes: share('read') }, (opened, context) =>
        withDatabase(
          {
            path: databasePath(projectDirectory),
            signal,
            onProgress:
              onProgress === undefined ? undefined : (done) => onProgress({ phase: 'store', share: done }),
          },
          async (connection) => {
            await connection.run('BEGIN TRANSACTION');
            const imported = await importSource(connection, opened, reading, context, incoming);
            const sha256 = await hashed;
            const id = datasetId(source, sha256, reading);
            await connection.run(`DROP TABLE IF EXISTS ${identifier(id)}`);
            await connection.run(`ALTER TABLE ${identifier(incoming)} RENAME TO ${identifier(id)}`);
            const choices = sourceChoicesSchema.parse({ entries: opened.entries, ...imported.choices });
            const dataset = describe({ id, source, sha256, reading, choices }, facts, imported);
            await write(dataset);
            await connection.run('COMMIT');
            return dataset;
          },
        ),
      ),
    ),
  );
}

/** Name of a table until its content is known, and with that its name; no id has a space. */
const incoming = 'table that comes in';

/** The dataset that a source was imported as; null where it was not, or has changed since. */
async function findKnown(
  projectDirectory: string,
  source: string,
  facts: SourceFacts,
  reading: SourceConfig,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<Dataset | null> {
  if (!(await mayBeKnown(projectDirectory, source, facts))) return null;
  const sha256 = await hashSource(source, facts, { signal, onBytes });
  const known = await readManifest(projectDirectory, datasetId(source, sha256, reading));
  return known?.sha256 === sha256 && (await hasTable(projectDirectory, known.id)) ? known : null;
}

/** Whether a dataset is from this source as it is now, going by its time and size. */
async function mayBeKnown(projectDirectory: string, source: string, facts: SourceFacts): Promise<boolean> {
  for (const id of await createFileSystem().list(joinPath(projectDirectory, 'datasets'))) {
    const known = await readManifest(projectDirectory, id).catch(() => null);
    if (known?.source === source && known.modified === facts.modified && known.size === facts.size)
      return true;
  }
  return false;
}

/** Reads a source for its hash while something else is done with it. */
async function withHash<Value>(
  source: string,
  facts: SourceFacts,
  signal: AbortSignal | undefined,
  action: (hashed: Promise<string>) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const hashed = hashSource(source, facts, { signal: either });
  // Whoever needs it awaits it; nobody does when the action fails before.
  hashed.catch(() => undefined);
  try {
    return await action(hashed);
  } finally {
    over.abort();
  }
}

/**
 * The dataset that a query makes of an imported one, kept beside it; found again where it was made before.
 * @param sql one SELECT over the table `data`. @throws data/bad-query.
 */
export async function deriveDataset(
  projectDirectory: string,
  dataset: Dataset,
  sql: string,
): Promise<Dataset> {
  const id = derivedId(dataset.id, sql);
  const known = await readManifest(projectDirectory, id);
  if (known !== null && known.sha256 === dataset.sha256 && (await hasTable(projectDirectory, id)))
    return known;
  await requireWritable(projectDirectory);
  return leavingNothing(projectDirectory, (write) =>
    withDatabase({ path: databasePath(projectDirectory) }, async (connection) => {
      await connection.run('BEGIN TRANSACTION');
      const { columns, rows, notes } = await deriveTable(connection, dataset.id, sql, id);
      const derived: Dataset = {
        ...dataset,
        id,
        importedAt: new Date().toISOString(),
        rows,
        columns: columns.map((column) => ({
          ...column,
          almost: column.almost === null ? null : { ...column.almost },
        })),
        notes: [`data.sql makes ${rows} rows of ${dataset.rows}.`, ...notes],
        derived: { from: dataset.id, sql },
      };
      await write(derived);
      await connection.run('COMMIT');
      return derived;
    }),
  );
}

/**
 * Does what makes a dataset; when it fails, what was not there before is removed.
 * @param action is given what writes the manifest of the dataset.
 */
async function leavingNothing(
  projectDirectory: string,
  action: (write: (dataset: Dataset) => Promise<void>) => Promise<Dataset>,
): Promise<Dataset> {
  const files = createFileSystem();
  const hadDatabase = (await files.size(databasePath(projectDirectory))) !== null;
  const hadDatasets = (await files.list(projectDirectory)).includes('datasets');
  let written: string | null = null;
  try {
    return await action(async (dataset) => {
      if ((await files.size(manifestPath(projectDirectory, dataset.id))) === null) written = dataset.id;
      await writeManifest(projectDirectory, dataset);
    });
  } catch (error) {
    if (!hadDatabase) {
      for (const suffix of ['', '.wal', '.tmp']) {
        await files.remove(`${databasePath(projectDirectory)}${suffix}`);
      }
    }
    if (written !== null) {
      await files.remove(joinPath(projectDirectory, 'datasets', ...(hadDatasets ? [written] : [])));
    }
    throw error;
  }
}

async function writeManifest(projectDirectory: string, dataset: Dataset): Promise<void> {
  const files = createFileSystem();
  await files.makeDirectory(joinPath(projectDirectory, 'datasets', dataset.id));
  await writeJsonFile(files, manifestPath(projectDirectory, dataset.id), datasetKind, dataset);
}

/** The manifest of a dataset; null where there is none. */
export async function readManifest(projectDirectory: string, id: string): Promise<Dataset | null> {
  return readJsonFile(createFileSystem(), manifestPath(projectDirectory, id), datasetKind);
}

/** Whether the rows of a dataset are in the project's database. */
export async function hasTable(projectDirectory: string, id: string): Promise<boolean> {
  const path = databasePath(projectDirectory);
  if ((await createFileSystem().size(path)) === null) return false;
  return withDatabase({ path, readOnly: true }, async (connection) => {
    const result = await connection.runAndReadAll(
      'SELECT count(*) FROM duckdb_tables() WHERE table_name = $1',
      [id],
    );
    return Number(result.getRows()[0]?.[0]) === 1;
  });
}

function describe(
  what: Pick<Dataset, 'id' | 'source' | 'sha256' | 'reading' | 'choices'>,
  facts: SourceFacts,
  imported: ImportedSource,
): Dataset {
  const { format, shape, columns, rows, read, used, dropped, notes, found } = imported;
  return {
    ...what,
    size: facts.size,
    modified: facts.modified,
    importedAt: new Date().toISOString(),
    rows,
    columns: columns.map(({ name, type, format: time, pattern, almost }) => ({
      name,
      type,
      format: time,
      pattern,
      almost: almost === null ? null : { ...almost },
    })),
    format,
    shape,
    found: sourceSchema.parse({ ...found, format, shape }),
    records: { read, used, dropped: [...dropped] },
    derived: null,
    notes: [...notes, ...dropped.map(({ reason, count }) => `Left out: ${count} x ${reason}.`)],
  };
}
