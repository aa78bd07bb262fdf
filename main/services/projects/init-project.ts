import { mkdtemp, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment, Task } from '../../../engine/contract/experiment.ts';
import { type Profile, profileTable } from '../../../engine/data/profile.ts';
import { type Decision, proposeExperiment } from '../../../engine/data/propose.ts';
import type { Table } from '../../../engine/data/table.ts';
import { errorCode, fileError, joinPath } from '../../../engine/store/file-system.ts';
import { writeProject } from '../../../engine/store/project.ts';
import { assignKeys } from '../config/assign.ts';
import { writeConfig } from '../config/config-file.ts';
import { parseExperiment } from '../config/parse.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { loadTable } from '../datasets/datasets.ts';
import { importDataset } from '../datasets/import-dataset.ts';
import type { ServiceHost } from '../host.ts';

export interface InitOptions {
  /** The project's folder; it must not exist, or be empty. */
  readonly folder: string;
  /** The data file. */
  readonly file: string;
  readonly task?: Task;
  readonly targets?: readonly string[];
  /** Settings beyond the proposal: `training.epochs=5`. */
  readonly assignments?: readonly string[];
  /** Change nothing on the disk. */
  readonly dryRun?: boolean;
}

export interface InitResult {
  readonly dataset: Dataset;
  readonly table: Table;
  readonly profile: Profile;
  readonly experiment: Experiment;
  /** What was chosen for the person, and why. */
  readonly reasons: readonly Decision[];
  /** What a person should know about how the file was read. */
  readonly notes: readonly string[];
}

/**
 * Makes a project with a sensible experiment from the data alone. The project appears complete or not at all: it is
 * made in a hidden folder beside its place and then renamed.
 */
export async function initProject(host: ServiceHost, options: InitOptions): Promise<InitResult> {
  const folder = resolve(options.folder);
  if (options.dryRun === true) return dryRun(host, options);
  await requireFree(folder);
  const building = join(dirname(folder), `.${basename(folder)}.incomplete`);
  const { files } = host.store;
  const missing = await missingFolders(dirname(building));
  await files.remove(building);
  try {
    await files.makeDirectory(building);
    const result = await propose(building, options, basename(folder));
    await writeConfig(host.store, building, result.experiment);
    await writeProject(host.store, building, {
      name: result.experiment.name,
      created: host.store.now(),
      program: host.program.version,
    });
    await moveInto(building, folder);
    return result;
  } catch (error) {
    await files.remove(building);
    // Not what someone else has put something into.
    for (const parent of missing) await rmdir(parent).catch(() => undefined);
    throw error;
  }
}

/** A folder and those above it that do not exist, the innermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; dirname(at) !== at && !(await exists(at)); at = dirname(at)) missing.push(at);
  return missing;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function dryRun(host: ServiceHost, options: InitOptions): Promise<InitResult> {
  const scratch = await mkdtemp(join(tmpdir(), 'gru-init-'));
  try {
    return await propose(scratch, options, basename(resolve(options.folder)));
  } finally {
    await host.store.files.remove(joinPath(scratch));
  }
}

async function propose(folder: string, options: InitOptions, projectName: string): Promise<InitResult> {
  const dataset = await importDataset(folder, options.file);
  const table = await loadTable(folder, dataset);
  const profile = profileTable(table);
  const { experiment, reasons } = proposeExperiment(profile, {
    file: resolve(options.file),
    name: projectName.replace(/\.gruproj$/, ''),
    ...(options.task === undefined ? {} : { task: options.task }),
    ...(options.targets === undefined || options.targets.length === 0 ? {} : { targets: options.targets }),
  });
  const { assignments = [] } = options;
  const wished =
    assignments.length === 0 ? experiment : parseExperiment(assignKeys(experiment, assignments), 'settings');
  return { dataset, table, profile, experiment: wished, reasons, notes: dataset.notes };
}

async function requireFree(folder: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    if (errorCode(error) === 'ENOTDIR') {
      throw new WorkbenchError('store/exists', 'There is a file of this name', {
        where: folder,
        hint: 'Choose another folder.',
      });
    }
    throw fileError(error, 'read', folder);
  }
  if (names.includes('project.json')) {
    throw new WorkbenchError('store/exists', 'There already is a project in this folder', {
      where: folder,
      hint: `Train it with: gru train ${folder}; or choose another folder.`,
    });
  }
  if (names.length > 0) {
    throw new WorkbenchError('store/exists', 'This folder is not empty', {
      where: folder,
      hint: 'Choose a new folder for the project.',
    });
  }
}

async function moveInto(from: string, to: string): Promise<void> {
  try {
    // An empty folder may stand in the place; Windows does not rename over it.
    await rmdir(to).catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
    await rename(from, to);
  } catch (error) {
    await rm(from, { recursive: true, force: true });
    throw fileError(error, 'write', to);
  }
}
