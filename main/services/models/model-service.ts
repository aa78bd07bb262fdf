import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { Part } from '../../../engine/contract/rpc/common.ts';
import { prepareData } from '../../../engine/data/prepare.ts';
import type { PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import type { Table } from '../../../engine/data/table.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { buildPlan } from '../../../engine/plan/build.ts';
import { Recent } from '../events/recent.ts';
import { Turns } from '../events/turns.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import { datasetOfRun } from '../runs/resume-run.ts';
import { openRun, type StoredRun } from '../runs/open-run.ts';
import { weightsOf } from './stored-checkpoints.ts';

/** Prepared data kept in memory. */
const keptData = 2;

export interface Selection {
  readonly run: string;
  readonly part: Part;
  /** Step of a checkpoint; null for the weights that the run is used with. */
  readonly checkpoint: number | null;
}

/** A run's model with its weights on a backend, and the data it is looked at on. */
export interface LoadedModel {
  readonly run: StoredRun;
  readonly experiment: Experiment;
  readonly data: PreparedData;
  readonly set: SampleSet;
  readonly table: Table;
  readonly runner: Runner;
}

/** Puts trained models on a backend to look at them, one at a time. */
export class ModelService {
  readonly #data = new Recent<{ readonly data: PreparedData; readonly table: Table }>(keptData);
  readonly #turns = new Turns();

  /**
   * Does something with a model; its memory is freed afterwards.
   * @param inside whether gates, states and gradients are wanted too.
   */
  use<Value>(
    project: OpenedProject,
    { run: id, part, checkpoint }: Selection,
    inside: boolean,
    work: (model: LoadedModel) => Promise<Value>,
  ): Promise<Value> {
    return this.#turns.take(async () => {
      const { host, folder } = project;
      const run = await openRun(host, folder, id);
      const { weights } = await weightsOf(host, run, checkpoint);
      const { data, table } = await this.#dataOf(project, run);
      const { experiment, model } = run;
      const longest = Math.max(1, data.train.longest, data.validation.longest, data.test.longest);
      const batch = inside ? 1 : experiment.training.batchSize;
      const built = buildPlan(
        model,
        experiment,
        { timesteps: longest, batch },
        {
          masked: true,
          balancedClassWeights: data.balancedClassWeights,
          training: inside,
          keepGates: inside,
        },
      );
      const { backend } = await host.openBackend(experiment.backend, built.plan);
      try {
        const executable = await backend.prepare(built.plan);
        try {
          const runner = new Runner(built, executable, backend.info.precision);
          runner.writeParameters(weights);
          return await work({ run, experiment, data, set: data[part], table, runner });
        } finally {
          executable.dispose();
        }
      } finally {
        backend.dispose();
      }
    });
  }

  #dataOf(project: OpenedProject, run: StoredRun) {
    return this.#data.get(`${project.folder} ${run.record.id} ${run.record.created}`, async () => {
      const table = await project.tableOf(await datasetOfRun(project.folder, run));
      return { table, data: prepareData(run.experiment, table, run.preparation) };
    });
  }
}
