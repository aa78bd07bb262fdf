import { basename, extname, isAbsolute, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Table } from '../../../engine/data/table.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';
import { createFileSystem, requireWritable } from '../../platform/files.ts';
import { withDatabase } from '../../platform/tables/database.ts';
import { type ImportedTable, importCsv } from '../../platform/tables/import-csv.ts';
import { loadColumns } from '../../platform/tables/load-table.ts';
import { type ScannedFile, scanFile, statFile } from '../../platform/tables/scan-file.ts';
import { type Dataset, datasetKind } from './dataset.ts';

/**
 * Reads a file into the project once: a table of data.duckdb and datasets/<id>/dataset.json. The same content a second
 * time is found again and not imported twice. When it fails, the folder is as it was.
 * @param projectDirectory the project folder; must exist.
 * @param file absolute, or relative to the current folder.
 */
export async function importDataset(projectDirectory: string, file: string): Promise<Dataset> {
  const source = resolve(file);
  const scanned = await scanFile(source);
  const id = datasetId(source, scanned.sha256);
  const known = (await listDatasets(projectDirectory)).find(
    (dataset) => dataset.id === id && dataset.sha256 === scanned.sha256 && dataset.source === source,
  );
  const current = known !== undefined && known.modified === scanned.modified;
  if (current && (await hasTable(projectDirectory, id))) return known;
  await requireWritable(projectDirectory);
  return leavingNothing(projectDirectory, id, () =>
    withDatabase({ path: databasePath(projectDirectory) }, async (connection) => {
      await connection.run('BEGIN TRANSACTION');
      const dataset = describe(id, source, scanned, await importCsv(connection, source, scanned, id));
      const files = createFileSystem();
      await files.makeDirectory(joinPath(projectDirectory, 'datasets', id));
      await writeJsonFile(files, manifestPath(projectDirectory, id), datasetKind, dataset);
      await connection.run('COMMIT');
      return dataset;
    }),
  );
}

/** Does what makes a dataset; when it fails, what was not there before is removed. */
async function leavingNothing(
  projectDirectory: string,
  id: string,
  action: () => Promise<Dataset>,
): Promise<Dataset> {
  const files = createFileSystem();
  const hadDatabase = (await files.size(databasePath(projectDirectory))) !== null;
  const hadDatasets = (await files.list(projectDirectory)).includes('datasets');
  const hadDataset = (await files.size(manifestPath(projectDirectory, id))) !== null;
  try {
    return await action();
  } catch (error) {
    if (!hadDatabase) {
      for (const suffix of ['', '.wal', '.tmp']) {
        await files.remove(`${databasePath(projectDirectory)}${suffix}`);
      }
    }
    if (!hadDataset) await files.remove(joinPath(projectDirectory, 'datasets', ...(hadDatasets ? [id] : [])));
    throw error;
  }
}

function describe(id: string, source: string, scanned: ScannedFile, imported: ImportedTable): Dataset {
  const { dialect } = scanned;
  return {
    id,
    source,
    sha256: scanned.sha256,
    size: scanned.size,
    modified: scanned.modified,
    importedAt: new Date().toISOString(),
    rows: scanned.records,
    columns: imported.columns.map(({ name, type, format, pattern, almost }) => ({
      name,
      type,
      format,
      pattern,
      almost: almost === null ? null : { ...almost },
    })),
    dialect: {
      delimiter: dialect.delimiter,
      quote: dialect.quote,
      header: dialect.header,
      decimalComma: dialect.decimalComma,
      blankLines: scanned.blankLines,
    },
    notes: [...imported.notes],
  };
}

/** The imported table, from the project alone: the source file is not needed. */
export async function loadTable(projectDirectory: string, dataset: Dataset): Promise<Table> {
  const { id, columns, rows, source } = dataset;
  if (!(await hasTable(projectDirectory, id))) {
    throw new WorkbenchError('store/damaged', `The imported rows of ${basename(source)} are gone`, {
      where: databasePath(projectDirectory),
      hint: `Put ${source} back in its place; the next run imports it again.`,
    });
  }
  return withDatabase({ path: databasePath(projectDirectory), readOnly: true }, (connection) =>
    loadColumns(connection, id, columns, rows, basename(source)),
  );
}

/** Datasets of the project, oldest first. */
export async function listDatasets(projectDirectory: string): Promise<Dataset[]> {
  const files = createFileSystem();
  const datasets: Dataset[] = [];
  for (const id of await files.list(joinPath(projectDirectory, 'datasets'))) {
    const dataset = await readJsonFile(files, manifestPath(projectDirectory, id), datasetKind);
    if (dataset !== null) datasets.push(dataset);
  }
  return datasets.sort((a, b) => (a.importedAt < b.importedAt ? -1 : 1));
}

export interface OpenedDataset {
  readonly dataset: Dataset;
  readonly table: Table;
  /** Sentences about the source: changed since (and imported again), or gone (and its imported rows used). */
  readonly notes: readonly string[];
}

/**
 * What a run needs: the dataset of `experiment.data.file`, imported when it is new or has changed, with its table.
 * @param file absolute, or relative to the project folder.
 */
export async function openDataset(projectDirectory: string, file: string): Promise<OpenedDataset> {
  if (file === '') {
    throw new WorkbenchError('config/invalid', 'The experiment names no data file', {
      where: 'data.file',
      hint: 'Set data.file to the path of a CSV file.',
    });
  }
  const source = isAbsolute(file) ? file : resolve(projectDirectory, file);
  const known = (await listDatasets(projectDirectory)).filter((dataset) => dataset.source === source).at(-1);
  if (known === undefined) {
    const dataset = await importDataset(projectDirectory, source);
    return { dataset, table: await loadTable(projectDirectory, dataset), notes: [] };
  }
  const change = await sourceChange(known);
  const stale = change === 'changed' || (change === 'same' && !(await hasTable(projectDirectory, known.id)));
  const dataset = stale ? await importDataset(projectDirectory, source) : known;
  const name = basename(source);
  const notes: string[] = [];
  if (change === 'missing') {
    notes.push(`${source} is gone; its rows as imported on ${known.importedAt.slice(0, 10)} are used.`);
  } else if (dataset.sha256 !== known.sha256) {
    notes.push(
      `${name} has changed since it was imported on ${known.importedAt.slice(0, 10)}; it was imported again.`,
    );
  }
  return { dataset, table: await loadTable(projectDirectory, dataset), notes };
}

/** Whether the source file is what it was when it was imported, by its size and time of change. */
async function sourceChange(dataset: Dataset): Promise<'same' | 'changed' | 'missing'> {
  try {
    const { size, modified } = await statFile(dataset.source);
    return size === dataset.size && modified === dataset.modified ? 'same' : 'changed';
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'data/missing-file') return 'missing';
    throw error;
  }
}

async function hasTable(projectDirectory: string, id: string): Promise<boolean> {
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

/** A name that a person recognizes and that tells contents apart: `sales-1f2e3d4c`. */
function datasetId(source: string, sha256: string): string {
  const stem = basename(source, extname(source));
  const slug = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${slug === '' ? 'data' : slug}-${sha256.slice(0, 8)}`;
}

function databasePath(projectDirectory: string): string {
  return joinPath(projectDirectory, 'data.duckdb');
}

function manifestPath(projectDirectory: string, id: string): string {
  return joinPath(projectDirectory, 'datasets', id, 'dataset.json');
}
