import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type Experiment, experimentSchema } from '../../../engine/contract/experiment.ts';
import { fitPreparation } from '../../../engine/data/fit.ts';
import { type Preparation, preparationSchema } from '../../../engine/data/preparation.ts';
import { layoutsOf, prepareData } from '../../../engine/data/prepare.ts';
import type { Table } from '../../../engine/data/table.ts';
import { type FittedModel, fitNetwork } from '../../../engine/import/fit.ts';
import { importModel } from '../../../engine/import/index.ts';
import type { ImportedNetwork } from '../../../engine/import/network.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { errorCode, fileError } from '../../../engine/store/file-system.ts';
import { openProject } from '../../../engine/store/project.ts';
import { createRun, nextRunId } from '../../../engine/store/runs.ts';
import { openHdf5 } from '../../platform/models/open-hdf5.ts';
import { readConfig } from '../config/config-file.ts';
import { type DataSource, type OpenedDataset, openDataset } from '../datasets/datasets.ts';
import type { ServiceHost } from '../host.ts';
import { assembleRun, type BackendWish, shapesOf } from '../runs/assemble.ts';
import { definedWish } from '../runs/evaluate-run.ts';
import { measureModel } from '../runs/measure.ts';
import { RunRecorder } from '../runs/recorder.ts';
import { finiteOrNull } from '../runs/run-training.ts';
import { filesOf, newRecord } from '../runs/train-run.ts';
import { readTextResources } from '../text/resources.ts';

/** A model file beyond this is refused before it is read. */
const largestFile = 4 * 2 ** 30;

export interface ImportOptions {
  /** The project whose data the network is for. */
  readonly folder: string;
  readonly file: string;
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
}

export interface ImportResult {
  readonly run: string;
  readonly format: string;
  readonly parameters: number;
  /** What the file did not say, and what was read otherwise than it was written. */
  readonly notes: readonly string[];
  /** `test.loss` and its fellows, beside naive baselines. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The project that a network is brought into, as whoever has it open hands it over. */
export interface ImportPlace {
  readonly folder: string;
  readonly openData: (data: DataSource) => Promise<Pick<OpenedDataset, 'dataset' | 'table'>>;
  /** Runs `work` with an id that no run has, or will get before it has ended. */
  readonly withRunId: <Value>(work: (id: string) => Promise<Value>) => Promise<Value>;
}

/**
 * Brings a network of another tool into a project as a finished run: it is measured on the test part, and can be
 * evaluated, predicted with, exported, and trained on with `gru train DIR --from RUN`.
 * Throws `import/damaged`, `import/unsupported`, `import/mismatch`.
 */
export async function importNetwork(host: ServiceHost, options: ImportOptions): Promise<ImportResult> {
  const { folder } = options;
  const project = await openProject(host.store, folder);
  try {
    return await addNetwork(
      host,
      {
        folder,
        openData: (data) => openDataset(folder, data),
        withRunId: async (work) => work(await nextRunId(host.store, folder)),
      },
      options,
    );
  } finally {
    await project.close();
  }
}

/** What `importNetwork` does, in a project that is open already. */
export async function addNetwork(
  host: ServiceHost,
  { folder, openData, withRunId }: ImportPlace,
  options: Omit<ImportOptions, 'folder'>,
): Promise<ImportResult> {
  const network = await readNetwork(options.file);
  const own = await readConfig(host.store, folder);
  const { dataset, table } = await openData(own.data);
  const { fitted, preparation, notes } = await fitToProject(folder, network, own, table);
  const { experiment } = fitted;
  const data = prepareData(experiment, table, preparation);
  const wish = { ...experiment.backend, ...definedWish(options) };
  const assembled = await assembleRun(host, { experiment, data }, wish, false);
  try {
    const { built, executable, backend } = assembled;
    new Runner(built, executable, backend.info.precision).writeParameters(fitted.weights);
    const metrics = await measureModel(host, assembled);
    return await withRunId(async (id) => {
      const record = { ...newRecord(host, id, assembled, dataset), name: basename(options.file) };
      const paths = await createRun(host.store, folder, record, filesOf(experiment, preparation));
      const recorder = await RunRecorder.open(host, {
        project: folder,
        paths,
        record,
        shapeOf: shapesOf(built),
        from: null,
      });
      for (const reason of notes) {
        await recorder.add({ event: 'decision', subject: 'import', choice: network.format, reason });
      }
      await recorder.saveModel(fitted.weights);
      await recorder.sync();
      await recorder.update({
        status: 'done',
        reason: 'imported',
        metrics: finiteOrNull(metrics),
      });
      return { run: id, format: network.format, parameters: built.model.parameterCount, notes, metrics };
    });
  } finally {
    assembled.dispose();
  }
}

async function readNetwork(file: string): Promise<ImportedNetwork> {
  const path = resolve(file);
  try {
    const { size } = await stat(path);
    if (size > largestFile) {
      throw new WorkbenchError('import/unsupported', 'This file is larger than 4 GB', {
        where: path,
        hint: 'Export the weights alone, as safetensors.',
      });
    }
    return await importModel(new Uint8Array(await readFile(path)), basename(path), { openHdf5 });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      throw new WorkbenchError('data/missing-file', 'There is no such file', { where: path, cause: error });
    }
    throw error instanceof WorkbenchError ? error : fileError(error, 'read', path);
  }
}

interface Fit {
  readonly fitted: FittedModel;
  readonly preparation: Preparation;
  readonly notes: readonly string[];
}

/**
 * Fits the network to the project's data. A file of this program brings the preparation that it was trained with; where
 * that fits the same columns it is used, so that numbers mean what they meant.
 */
async function fitToProject(
  folder: string,
  network: ImportedNetwork,
  own: Experiment,
  table: Table,
): Promise<Fit> {
  const original = originalOf(network);
  if (original !== null) {
    const experiment: Experiment = {
      ...original.experiment,
      data: { ...original.experiment.data, file: own.data.file },
      backend: own.backend,
    };
    try {
      prepareData(experiment, table, original.preparation);
      const { inputs, outputs } = layoutsOf(original.preparation);
      const fitted = fitNetwork(network, experiment, inputs, outputs);
      return { fitted, preparation: original.preparation, notes: fitted.notes };
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      // The file is from other data: said below, and this project's preparation is tried.
    }
  }
  const preparation = fitPreparation(own, table, await readTextResources(folder, own));
  const { inputs, outputs } = layoutsOf(preparation);
  const fitted = fitNetwork(network, own, inputs, outputs);
  const note =
    original === null
      ? 'The file does not say how its inputs were normalized; this project normalizes them as its configuration says.'
      : 'The file was trained on other columns; its inputs are prepared as the configuration of this project says.';
  return { fitted, preparation, notes: [...fitted.notes, note] };
}

function originalOf({
  metadata,
}: ImportedNetwork): { readonly experiment: Experiment; readonly preparation: Preparation } | null {
  const { experiment, preparation } = metadata;
  if (experiment === undefined || preparation === undefined) return null;
  try {
    return {
      experiment: experimentSchema.parse(JSON.parse(experiment)),
      preparation: preparationSchema.parse(JSON.parse(preparation)),
    };
  } catch {
    return null;
  }
}
