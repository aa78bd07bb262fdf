import { parentPort } from 'node:worker_threads';
import type { CheckpointAnswer } from '../platform/checkpoints/checkpoint-writer.ts';
import { type CheckpointTask, writeCheckpoint } from '../platform/checkpoints/write-checkpoint.ts';
import { createStorePlatform } from '../platform/store.ts';
import { faultOf } from '../wire/faults.ts';

/** The thread that saves the states of a run while the run goes on. */
const platform = createStorePlatform();

parentPort?.on('message', (task: CheckpointTask) => {
  const answer = (message: CheckpointAnswer): void => parentPort?.postMessage(message);
  writeCheckpoint(platform, task).then(
    (name) => answer({ name }),
    (error: unknown) => answer({ fault: faultOf(error) }),
  );
});
