import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { RunEvent } from '../../../engine/contract/events.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import type { TrainingState } from '../../../engine/contract/training-state.ts';
import { fitPreparation } from '../../../engine/data/fit.ts';
import type { Preparation } from '../../../engine/data/preparation.ts';
import { prepareData } from '../../../engine/data/prepare.ts';
import { openProject } from '../../../engine/store/project.ts';
import { createRun, nextRunId, runPaths } from '../../../engine/store/runs.ts';
import { initialTrainingState } from '../../../engine/train/initial-state.ts';
import { createSpillingRows } from '../../platform/tables/disk-rows.ts';
import { configText, readConfig } from '../config/config-file.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { openDataset } from '../datasets/datasets.ts';
import type { ServiceHost } from '../host.ts';
import { readTextResources } from '../text/resources.ts';
import { applyVectors, readStartVectors, withVectorWidth } from '../text/start-vectors.ts';
import { type AssembledRun, assembleRun, type BackendWish, shapesOf } from './assemble.ts';
import type { RunControl } from './control.ts';
import { loadWeights, openRun, type StoredWeights } from './open-run.ts';
import { RunRecorder } from './recorder.ts';
import { survivingLoss } from './resume-run.ts';
import { asEvent, runTraining } from './run-training.ts';

export interface TrainOptions {
  readonly folder: string;
  /** Changes of the configuration for this run: `training.epochs=5`. */
  readonly assignments?: readonly string[];
  /** A run to go on from: its configuration and its weights, with a new optimizer. */
  readonly from?: string;
  readonly backend?: BackendWish['name'];
  readonly threads?: number;
  /** When aborted, the run stops after the step in progress and saves. */
  readonly signal: AbortSignal;
}

/**
 * Starts a run of the project's experiment and writes it down as it goes. Yields `run` first and `done` last; throws
 * what went wrong, after it was noted in the run.
 */
export async function* trainRun(host: ServiceHost, options: TrainOptions): AsyncGenerator<RunEvent> {
  const { folder, signal } = options;
  const project = await openProject(host.store, folder);
  try {
    const { from } = options;
    const base =
      from === undefined ? folder : runPaths(folder, (await openRun(host, folder, from)).record.id).folder;
    const experiment = wished(
      await readConfig(host.store, base, options.assignments),
      options.backend,
      options.threads,
    );
    yield* trainOpened(host, { folder, experiment, signal, ...(from === undefined ? {} : { from }) });
  } finally {
    await project.close();
  }
}

export interface OpenedTraining {
  readonly folder: string;
  readonly experiment: Experiment;
  /** The id of the new run; the next free one by default. */
  readonly id?: string;
  /** A run whose weights are the first ones. */
  readonly from?: string;
  readonly signal: AbortSignal;
  readonly control?: RunControl;
}

/** `trainRun` of a given experiment in a project that is already open, by this process or the one it works for. */
export function trainOpened(host: ServiceHost, options: OpenedTraining): AsyncGenerator<RunEvent> {
  return survivingLoss(host, options, trainOnce(host, options));
}

async function* trainOnce(host: ServiceHost, options: OpenedTraining): AsyncGenerator<RunEvent> {
  const { folder, signal, control } = options;
  const { dataset, table, notes } = await openDataset(folder, options.experiment.data);
  const tuned = options.from === undefined ? null : await openRun(host, folder, options.from);
  const preparation =
    tuned !== null && sameData(tuned.experiment, options.experiment)
      ? tuned.preparation
      : fitPreparation(options.experiment, table, await readTextResources(folder, options.experiment));
  const vectors = tuned === null ? await readStartVectors(folder, options.experiment, preparation) : null;
  const experiment = withVectorWidth(options.experiment, vectors);
  const data = prepareData(experiment, table, preparation, createSpillingRows(folder));
  const assembled = await assembleRun(host, { experiment, data }, experiment.backend, true);
  try {
    const fresh = initialTrainingState(experiment, assembled.built, assembled.backend.info.precision);
    const state = tuned === null ? fresh : startFrom(fresh, await loadWeights(host, tuned), tuned.record.id);
    const started = vectors === null ? [] : [asEvent(applyVectors(state, vectors))];
    const id = options.id ?? (await nextRunId(host.store, folder));
    const recorder = await startRun(host, folder, id, { assembled, preparation, dataset, state });
    const said = [...notes, ...preparation.warnings].map((note) => decisionOf(note));
    yield* runTraining(host, assembled, recorder, {
      state,
      decisions: [...said, ...started],
      signal,
      ...(control === undefined ? {} : { control }),
    });
  } finally {
    assembled.dispose();
  }
}

/** Whether two experiments make the same of the same columns, so that weights mean the same. */
function sameData(a: Experiment, b: Experiment): boolean {
  return JSON.stringify([a.task, a.data]) === JSON.stringify([b.task, b.data]);
}

/** The state with the weights of another run in the place of the initial ones. Throws `import/mismatch`. */
function startFrom(state: TrainingState, { weights }: StoredWeights, run: string): TrainingState {
  for (const [name, values] of state.parameters) {
    const given = weights.get(name);
    if (given?.length !== values.length) {
      throw new WorkbenchError('import/mismatch', `The weights of ${run} do not fit this model: ${name}`, {
        where: 'model',
        hint: 'Leave the model as that run has it; only training and data may change.',
      });
    }
    values.set(given);
    state.averages.get(name)?.set(given);
  }
  return state;
}

/** The experiment with what the command line says about the backend. */
export function wished(experiment: Experiment, name?: BackendWish['name'], threads?: number): Experiment {
  const { backend } = experiment;
  return {
    ...experiment,
    backend: { ...backend, name: name ?? backend.name, threads: threads ?? backend.threads },
  };
}

/** A sentence about the data, as an event. */
export function decisionOf(note: string): Extract<RunEvent, { event: 'decision' }> {
  return { event: 'decision', subject: 'data', choice: 'note', reason: note };
}

interface NewRun {
  readonly assembled: AssembledRun;
  readonly preparation: Preparation;
  readonly dataset: Dataset;
  readonly state: TrainingState;
}

async function startRun(
  host: ServiceHost,
  folder: string,
  id: string,
  { assembled, preparation, dataset, state }: NewRun,
): Promise<RunRecorder> {
  const { experiment, built } = assembled;
  const record = newRecord(host, id, assembled, dataset);
  const paths = await createRun(host.store, folder, record, filesOf(experiment, preparation));
  const recorder = await RunRecorder.open(host, {
    project: folder,
    paths,
    record,
    shapeOf: shapesOf(built),
    from: null,
  });
  // With its first state saved, a run that dies at once can still be resumed.
  await recorder.checkpoint(state, false, experiment.training.checkpoints.keep);
  return recorder;
}

/** The record of a run before its first step. */
export function newRecord(
  host: ServiceHost,
  id: string,
  { experiment, built, backend, estimatedBytes }: AssembledRun,
  dataset: Dataset,
): RunRecord {
  const now = host.store.now();
  const { name, precision, description, threads } = backend.info;
  return {
    id,
    name: experiment.name,
    task: experiment.task,
    status: 'created',
    created: now,
    updated: now,
    seed: experiment.training.seed,
    backend: { name, precision, description, threads },
    program: host.program,
    dataset: { id: dataset.id, source: dataset.source, sha256: dataset.sha256, rows: dataset.rows },
    parameters: built.model.parameterCount,
    estimatedBytes,
    step: 0,
    epoch: 0,
    bestEpoch: null,
    seconds: 0,
    metrics: null,
    reason: null,
    error: null,
    model: null,
  };
}

/** Configuration and preparation as they lie in the folder of a run. */
export function filesOf(experiment: Experiment, preparation: Preparation) {
  const encoder = new TextEncoder();
  return {
    config: encoder.encode(configText(experiment)),
    preparation: encoder.encode(`${JSON.stringify(preparation, null, 2)}\n`),
  };
}
