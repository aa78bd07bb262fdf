import type { RunRecord } from '../../../engine/contract/run.ts';
import type { TrainingState } from '../../../engine/contract/training-state.ts';
import {
  type CheckpointDetails,
  retainCheckpoints,
  saveCheckpoint,
} from '../../../engine/store/checkpoints.ts';
import type { StorePlatform } from '../../../engine/store/file-system.ts';
import { runPaths, writeRun } from '../../../engine/store/runs.ts';

/** A state to be saved, with all that goes with it; can be sent to a thread. */
export interface CheckpointTask {
  readonly project: string;
  /** The run as it is with this state. */
  readonly record: RunRecord;
  readonly state: TrainingState;
  readonly details: Omit<CheckpointDetails, 'shapeOf'>;
  /** Sizes of the weights by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Newest checkpoints that are kept. */
  readonly keep: number;
}

/**
 * Puts on the disk, in this order: the journals, which a checkpoint holds the lengths of; the checkpoint; the record.
 * @returns the name of the checkpoint.
 */
export async function writeCheckpoint(platform: StorePlatform, task: CheckpointTask): Promise<string> {
  const { project, record, state, details, shapes, keep } = task;
  const paths = runPaths(project, record.id);
  for (const journal of [paths.metrics, paths.events]) await platform.files.syncFile(journal);
  const shapeOf = (weight: string) => shapes.get(weight);
  const name = await saveCheckpoint(platform, paths.checkpoints, state, { ...details, shapeOf });
  await retainCheckpoints(platform, paths.checkpoints, keep);
  await writeRun(platform, project, record);
  return name;
}
