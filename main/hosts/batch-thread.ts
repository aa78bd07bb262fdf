import { parentPort, workerData } from 'node:worker_threads';
import { assembleBatches } from '../platform/batches/assemble-batches.ts';
import type { SharedBatches } from '../platform/batches/shared-batches.ts';
import { faultOf } from '../wire/faults.ts';

/** The thread that assembles the batches of a run ahead of its steps. */
try {
  const shared: SharedBatches = workerData;
  assembleBatches(shared);
} catch (error) {
  parentPort?.postMessage(faultOf(error));
}
