import type { Backend } from '../../../engine/backends/backend.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { Issue, ModelView } from '../../../engine/contract/rpc/experiments.ts';
import { basename, isAbsolute, resolve } from 'node:path';
import type { Dataset } from '../datasets/dataset.ts';
import { importsOf, readAs } from '../datasets/datasets.ts';
import { deriveDataset } from '../datasets/import-dataset.ts';
import { type Prepared, preparedKey, prepareExperiment } from '../datasets/prepared-view.ts';
import { Recent } from '../events/recent.ts';
import { Turns } from '../events/turns.ts';
import type { ServiceHost } from '../host.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import { exportability } from '../runs/exportability.ts';
import { readTextResources } from '../text/resources.ts';
import { layerViews, memoryOf, parametersByLayer, type PlannedModel, planModel } from './describe-model.ts';
import { measureStep } from './step-time.ts';

/** Prepared data kept in memory. */
const keptPrepared = 3;
const keptTimes = 200;
/** Milliseconds within which a window asks for the next thing that it shows. */
const quiet = 150;

/** Says what an experiment means for the data of its project, remembering what is costly to find out. */
export class ExperimentService {
  readonly #host: ServiceHost;
  readonly #prepared = new Recent<Prepared>(keptPrepared);
  readonly #times = new Recent<number>(keptTimes);
  readonly #backends = new Recent<Backend>(4);
  readonly #measuring = new Turns();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** The experiment's data, prepared. Throws data/* and config/impossible. */
  async prepare(project: OpenedProject, experiment: Experiment): Promise<Prepared> {
    const dataset = await datasetOf(project, experiment);
    const key = preparedKey(experiment, `${project.folder} ${dataset.id} ${dataset.importedAt}`);
    return this.#prepared.get(key, async () => {
      const [table, resources] = await Promise.all([
        project.tableOf(dataset),
        readTextResources(project.folder, experiment),
      ]);
      // Preparing keeps this thread busy: what a window shows of the data is answered first.
      await project.looks.settled(quiet);
      return prepareExperiment(experiment, table, resources);
    });
  }

  /** What a model is made of and costs; what does not fit together is told as issues. */
  async describe(project: OpenedProject, experiment: Experiment): Promise<ModelView> {
    try {
      const prepared = await this.prepare(project, experiment);
      const planned = planModel(experiment, prepared);
      const backend = await this.#backend(experiment, planned);
      return {
        layers: layerViews(experiment, planned),
        parameters: planned.model.parameterCount,
        parametersByLayer: parametersByLayer(planned.model),
        memoryBytes: memoryOf(planned, backend),
        stepsPerEpoch: planned.stepsPerEpoch,
        secondsPerEpoch: await this.#secondsPerEpoch(project, planned, backend, experiment),
        exports: exportability(planned.model),
        issues: [],
      };
    } catch (error) {
      if (!(error instanceof WorkbenchError) || error.code === 'internal') throw error;
      return { ...nothing, issues: [issueOf(error)] };
    }
  }

  /** Frees the memory of the backends that models were measured on. */
  async dispose(): Promise<void> {
    for (const backend of await this.#backends.all()) backend.dispose();
  }

  #backend(experiment: Experiment, { built }: PlannedModel): Promise<Backend> {
    const { name, threads } = experiment.backend;
    return this.#backends.get(`${name} ${threads}`, async () => {
      const { backend } = await this.#host.openBackend({ name, threads }, built.plan);
      return backend;
    });
  }

  /** Measured once for every model, and never beside a run in training, which would slow both. */
  async #secondsPerEpoch(
    project: OpenedProject,
    planned: PlannedModel,
    backend: Backend,
    experiment: Experiment,
  ): Promise<number | null> {
    const { model, training } = experiment;
    const { inputs, outputs } = planned.model;
    const { batchSize, optimizer, loss, gradientAccumulation } = training;
    const key = JSON.stringify([
      backend.info.description,
      model,
      inputs,
      outputs,
      { batchSize, optimizer, loss },
      experiment.backend.storage,
      planned.longest,
    ]);
    if (project.queue.active !== null && !this.#times.has(key)) return null;
    const seconds = await this.#times.get(key, () =>
      this.#measuring.take(() => measureStep(planned, backend)),
    );
    return seconds * gradientAccumulation * planned.stepsPerEpoch;
  }
}

const nothing: ModelView = {
  layers: [],
  parameters: 0,
  parametersByLayer: [],
  memoryBytes: 0,
  stepsPerEpoch: 0,
  secondsPerEpoch: null,
  exports: [],
  issues: [],
};

/** An error of an experiment as a whole, at the key it names. */
function issueOf({ message, where, hint, data }: WorkbenchError): Issue {
  const key = typeof data.key === 'string' ? data.key : (where ?? '');
  const path = /^(data|model|training|backend)\b/.test(key) ? (key.split(/[\s:,]/)[0] ?? '') : '';
  return { path, message: hint === undefined ? message : `${message}. ${hint}`, line: null, column: null };
}

/** The dataset that an experiment's file was imported as. Throws `data/missing-file` where it was not. */
export async function datasetOf(project: OpenedProject, experiment: Experiment): Promise<Dataset> {
  const { file, source: reading, sql } = experiment.data;
  const source = isAbsolute(file) ? file : resolve(project.folder, file);
  const imports = await importsOf(project.folder, source);
  const found = readAs(imports, reading);
  if (found !== undefined) {
    return sql.trim() === '' ? found : project.tables.take(() => deriveDataset(project.folder, found, sql));
  }
  if (imports.length > 0) {
    throw new WorkbenchError('data/missing-file', `${basename(file)} has not been read in this way yet`, {
      where: 'data.source',
      hint: 'Read it again on the data page; training does so too.',
      data: { key: 'data.source' },
    });
  }
  throw new WorkbenchError(
    'data/missing-file',
    file === '' ? 'The experiment names no data file' : `${file} has not been imported into this project`,
    { where: 'data.file', hint: 'Import it on the data page.', data: { key: 'data.file' } },
  );
}
