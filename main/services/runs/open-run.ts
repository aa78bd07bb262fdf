import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { type Preparation, preparationSchema } from '../../../engine/data/preparation.ts';
import { layoutsOf } from '../../../engine/data/prepare.ts';
import { describeModel } from '../../../engine/model/describe.ts';
import type { ModelDescription } from '../../../engine/model/description.ts';
import { newestCheckpoint } from '../../../engine/store/checkpoints.ts';
import { readProject } from '../../../engine/store/project.ts';
import { listRunIds, type RunPaths, readModel, readRun, runPaths } from '../../../engine/store/runs.ts';
import { readConfig } from '../config/config-file.ts';
import type { ServiceHost } from '../host.ts';

/** A run as it lies on the disk: what it was made from, and the model that follows from that. */
export interface StoredRun {
  readonly record: RunRecord;
  readonly paths: RunPaths;
  readonly experiment: Experiment;
  readonly preparation: Preparation;
  readonly model: ModelDescription;
}

/** Reads a run. Throws `store/not-a-project`, `store/no-run`, `store/damaged`. */
export async function openRun(host: ServiceHost, folder: string, id: string): Promise<StoredRun> {
  await readProject(host.store, folder);
  const record = await readRun(host.store, folder, id);
  const paths = runPaths(folder, id);
  const experiment = await readConfig(host.store, paths.folder);
  const preparation = await readPreparation(host, paths.preparation);
  const { inputs, outputs } = layoutsOf(preparation);
  return { record, paths, experiment, preparation, model: describeModel(experiment, inputs, outputs) };
}

/** The newest run that was trained to its end, or else the newest. Throws `store/no-run`. */
export async function newestFinishedRun(host: ServiceHost, folder: string): Promise<string> {
  await readProject(host.store, folder);
  const ids = (await listRunIds(host.store, folder)).reverse();
  for (const id of ids) if ((await readRun(host.store, folder, id)).status === 'done') return id;
  const [newest] = ids;
  if (newest !== undefined) return newest;
  throw new WorkbenchError('store/no-run', 'This project has no runs yet', {
    where: folder,
    hint: `Start one with: gru train ${folder}`,
  });
}

/** Weights of a run, and where they come from. */
export interface StoredWeights {
  readonly weights: ReadonlyMap<string, Float32Array | Float64Array>;
  /** For a person: "the finished model", "the checkpoint of step 1,200". */
  readonly source: string;
}

/**
 * The weights to use a run with: those of the finished model; of an unfinished run the best so far, or the latest.
 * Throws `store/no-checkpoint` when there is nothing sound.
 */
export async function loadWeights(host: ServiceHost, run: StoredRun): Promise<StoredWeights> {
  const { record, paths, experiment } = run;
  if (record.model !== null) {
    const weights = await readModel(host.store, paths.model, record.model.sha256);
    return { weights, source: 'the finished model' };
  }
  const { checkpoint, damaged } = await newestCheckpoint(host.store, paths.checkpoints);
  if (checkpoint === null) {
    throw new WorkbenchError('store/no-checkpoint', `${record.id} has no sound checkpoint`, {
      where: paths.checkpoints,
      hint: damaged.length > 0 ? `${damaged.length} are damaged. Train again.` : 'Train again.',
    });
  }
  const { state, step } = checkpoint;
  const passed = damaged.length > 0 ? ' (a newer one is damaged)' : '';
  if (state.best !== null && experiment.training.earlyStopping?.restoreBest === true) {
    return { weights: state.best.parameters, source: `the best epoch until step ${step}${passed}` };
  }
  const weights = state.averages.size > 0 ? state.averages : state.parameters;
  return { weights, source: `the checkpoint of step ${step}${passed}` };
}

async function readPreparation(host: ServiceHost, path: string): Promise<Preparation> {
  const bytes = await host.store.files.read(path);
  const damaged = (reason: string, cause?: unknown) =>
    new WorkbenchError('store/damaged', `The preparation of the run is damaged: ${reason}`, {
      where: path,
      hint: 'Put a copy of this file back, or start a new run.',
      cause,
    });
  if (bytes === null) throw damaged('the file is missing');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged('it is not JSON', cause);
  }
  const result = preparationSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(`${issue?.path.join('.')}: ${issue?.message}`);
}
