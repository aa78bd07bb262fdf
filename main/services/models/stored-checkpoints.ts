import { WorkbenchError } from '../../../engine/base/errors.ts';
import { describeCheckpoint, listCheckpoints, loadCheckpoint } from '../../../engine/store/checkpoints.ts';
import type { StorePlatform } from '../../../engine/store/file-system.ts';
import type { RunPaths } from '../../../engine/store/runs.ts';
import type { ServiceHost } from '../host.ts';
import { keptFolder, listKept } from '../runs/kept-checkpoints.ts';
import { loadWeights, type StoredRun, type StoredWeights } from '../runs/open-run.ts';

export interface StoredCheckpoint {
  readonly step: number;
  readonly epoch: number;
  readonly best: boolean;
  /** The name a person gave it, or null. */
  readonly name: string | null;
  /** Its folder, and the one that holds it. */
  readonly slug: string;
  readonly folder: string;
}

/** The sound checkpoints of a run, those that a person keeps among them, in the order of their steps. */
export async function storedCheckpoints(
  platform: StorePlatform,
  paths: RunPaths,
): Promise<StoredCheckpoint[]> {
  const kept = keptFolder(paths.folder);
  const places = [
    ...(await listCheckpoints(platform, paths.checkpoints)).map((slug) => ({
      slug,
      folder: paths.checkpoints,
      name: null,
    })),
    ...(await listKept(platform, paths.folder)).map(({ slug, name }) => ({ slug, folder: kept, name })),
  ];
  const found: StoredCheckpoint[] = [];
  for (const place of places) {
    try {
      const { step, epoch, best } = await describeCheckpoint(platform, place.folder, place.slug);
      found.push({ ...place, step, epoch, best });
    } catch (error) {
      if (!(error instanceof WorkbenchError) || error.code !== 'store/damaged') throw error;
    }
  }
  return found.sort((a, b) => a.step - b.step);
}

/**
 * The weights of a run at the step of a checkpoint, or, for null, those it is used with.
 * Throws `store/no-checkpoint`.
 */
export async function weightsOf(
  host: ServiceHost,
  run: StoredRun,
  checkpoint: number | null,
): Promise<StoredWeights> {
  if (checkpoint === null) return loadWeights(host, run);
  const weights = await weightsAt(host.store, run.paths, checkpoint);
  return { weights, source: `the checkpoint of step ${checkpoint}` };
}

/** The weights a run had at a step. Throws `store/no-checkpoint`. */
async function weightsAt(
  platform: StorePlatform,
  paths: RunPaths,
  step: number,
): Promise<ReadonlyMap<string, Float32Array | Float64Array>> {
  const found = (await storedCheckpoints(platform, paths)).findLast((checkpoint) => checkpoint.step === step);
  if (found === undefined) {
    throw new WorkbenchError('store/no-checkpoint', `There is no checkpoint of step ${step}`, {
      where: paths.checkpoints,
      hint: 'Choose another one.',
    });
  }
  const { state } = await loadCheckpoint(platform, found.folder, found.slug);
  return state.averages.size > 0 ? state.averages : state.parameters;
}
