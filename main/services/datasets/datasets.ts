import { basename, isAbsolute, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { DataConfig } from '../../../engine/contract/data.ts';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import type { Table } from '../../../engine/data/table.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { readJsonFile } from '../../../engine/store/json-file.ts';
import { createFileSystem } from '../../platform/files.ts';
import { statSource } from '../../platform/formats/open-source.ts';
import { withDatabase } from '../../platform/tables/database.ts';
import { loadColumns } from '../../platform/tables/load-table.ts';
import { type Dataset, datasetKind } from './dataset.ts';
import { deriveDataset, hasTable, importDataset } from './import-dataset.ts';
import { databasePath, manifestPath } from './paths.ts';

/** Numbers of a table beyond this lie in a file while they are used. */
const tableBytes = 256 * 2 ** 20;

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
    loadColumns(connection, id, columns, rows, basename(source), null, {
      folder: projectDirectory,
      limit: tableBytes,
    }),
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

/** What a file was imported as, oldest first: once for each way of reading it. */
export async function importsOf(projectDirectory: string, source: string): Promise<Dataset[]> {
  const datasets = await listDatasets(projectDirectory);
  return datasets.filter((dataset) => dataset.source === source && dataset.derived === null);
}

/** The newest of some imports that was read in a way. */
export function readAs(imports: readonly Dataset[], reading: SourceConfig): Dataset | undefined {
  const wanted = JSON.stringify(reading);
  return imports.findLast((dataset) => JSON.stringify(dataset.reading) === wanted);
}

export interface OpenedDataset {
  readonly dataset: Dataset;
  readonly table: Table;
  /** Sentences about the source: changed since (and imported again), or gone (and its imported rows used). */
  readonly notes: readonly string[];
}

/** What an experiment says about its data: which file, read how, filtered by which query. */
export type DataSource = Pick<DataConfig, 'file' | 'source' | 'sql'>;

/**
 * What a run needs: the dataset of `experiment.data`, imported when it is new or has changed, with its table. The file
 * is absolute, or relative to the project folder.
 */
export async function openDataset(
  projectDirectory: string,
  { file, source: reading, sql }: DataSource,
): Promise<OpenedDataset> {
  if (file === '') {
    throw new WorkbenchError('config/invalid', 'The experiment names no data file', {
      where: 'data.file',
      hint: 'Set data.file to the path of a data file.',
    });
  }
  const source = isAbsolute(file) ? file : resolve(projectDirectory, file);
  const { dataset: imported, notes } = await currentDataset(projectDirectory, source, reading);
  const dataset = sql.trim() === '' ? imported : await deriveDataset(projectDirectory, imported, sql);
  return { dataset, table: await loadTable(projectDirectory, dataset), notes };
}

async function currentDataset(
  projectDirectory: string,
  source: string,
  reading: SourceConfig,
): Promise<Omit<OpenedDataset, 'table'>> {
  const known = readAs(await importsOf(projectDirectory, source), reading);
  if (known === undefined) {
    return { dataset: await importDataset(projectDirectory, source, { source: reading }), notes: [] };
  }
  const change = await sourceChange(known);
  const stale = change === 'changed' || (change === 'same' && !(await hasTable(projectDirectory, known.id)));
  const dataset = stale ? await importDataset(projectDirectory, source, { source: reading }) : known;
  const notes: string[] = [];
  if (change === 'missing') {
    notes.push(`${source} is gone; its rows as imported on ${known.importedAt.slice(0, 10)} are used.`);
  } else if (dataset.sha256 !== known.sha256) {
    notes.push(
      `${basename(source)} has changed since it was imported on ${known.importedAt.slice(0, 10)}; it was imported again.`,
    );
  }
  return { dataset, notes };
}

/** Whether the source file is what it was when it was imported, by its size and time of change. */
async function sourceChange(dataset: Dataset): Promise<'same' | 'changed' | 'missing'> {
  try {
    const { size, modified } = await statSource(dataset.source);
    return size === dataset.size && modified === dataset.modified ? 'same' : 'changed';
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'data/missing-file') return 'missing';
    throw error;
  }
}
