import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Table } from '../../../engine/data/table.ts';
import type { Dataset } from './dataset.ts';

/**
 * Reads a file into the project once: a table of data.duckdb and datasets/<id>/dataset.json. The same content a second
 * time is found again and not imported twice.
 * @param projectDirectory the project folder; must exist.
 */
export async function importDataset(projectDirectory: string, file: string): Promise<Dataset> {
  throw new WorkbenchError('internal', `${projectDirectory} ${file}`);
}

/** The imported table, from the project alone: the source file is not needed. */
export async function loadTable(projectDirectory: string, dataset: Dataset): Promise<Table> {
  throw new WorkbenchError('internal', `${projectDirectory} ${dataset.id}`);
}

/** Datasets of the project, oldest first. */
export async function listDatasets(projectDirectory: string): Promise<Dataset[]> {
  throw new WorkbenchError('internal', projectDirectory);
}

export interface OpenedDataset {
  readonly dataset: Dataset;
  readonly table: Table;
  /** Sentences about the source: changed since (and imported again), or gone (and its imported rows used). */
  readonly notes: readonly string[];
}

/** What `train` needs: the dataset of `experiment.data.file`, imported when it is new or has changed, with its table. */
export async function openDataset(projectDirectory: string, file: string): Promise<OpenedDataset> {
  throw new WorkbenchError('internal', `${projectDirectory} ${file}`);
}
