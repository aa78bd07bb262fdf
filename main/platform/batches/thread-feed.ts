import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Fault } from '../../../engine/contract/rpc/common.ts';
import type { SampleList } from '../../../engine/data/cut-samples.ts';
import type { Batch } from '../../../engine/data/prepared.ts';
import type { SampleRecipe } from '../../../engine/data/sample-source.ts';
import type { BatchFeed } from '../../../engine/train/batch-feed.ts';
import { bundledProgram } from '../bundle.ts';
import { errorOf } from '../threads/fault-error.ts';
import { batchState, controlIndex, type SharedBatches, shareBatches } from './shared-batches.ts';

/** Other work of this thread waits no longer than this for a batch. */
const waitMilliseconds = 20;

/** Has a thread assemble batches while this one computes. Ends with `close`. */
export class ThreadFeed implements BatchFeed {
  readonly #worker: Worker;
  readonly #recipe: SampleRecipe;
  readonly #shared: SharedBatches;
  #failure: WorkbenchError | null = null;

  /** @param recipe held as long as the thread reads its rows. */
  constructor(recipe: SampleRecipe, shared: SharedBatches) {
    this.#recipe = recipe;
    this.#shared = shared;
    this.#worker = new Worker(bundledProgram('batch-thread.mjs'), { execArgv: [], workerData: shared });
    this.#worker.on('message', (fault: Fault) => this.#fail(errorOf(fault)));
    this.#worker.on('error', (cause) => this.#fail(died(cause.message, cause)));
    this.#worker.on('exit', (code) => this.#fail(died(`exit code ${code}`)));
  }

  begin(samples: Int32Array): void {
    const { control, list } = this.#shared;
    placeSamples(this.#recipe.list, samples, list);
    control[controlIndex.samples] = samples.length;
    Atomics.store(control, controlIndex.state, batchState.asked);
    Atomics.notify(control, controlIndex.state);
  }

  async take(into: Batch): Promise<void> {
    const { control, batch } = this.#shared;
    while (this.#failure === null && !this.#wait()) await setImmediate();
    if (this.#failure !== null) throw this.#failure;
    into.batch = control[controlIndex.samples] as number;
    into.timesteps = control[controlIndex.timesteps] as number;
    copyBatch(batch, into);
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
  }

  /** Whether the batch is whole; what failed tells so by a message. */
  #wait(): boolean {
    const { control } = this.#shared;
    Atomics.wait(control, controlIndex.state, batchState.asked, waitMilliseconds);
    return Atomics.load(control, controlIndex.state) === batchState.filled;
  }

  #fail(error: WorkbenchError): void {
    this.#failure ??= error;
  }
}

/** @param empty a batch of the largest size. @returns null where only this thread can read the rows of the set. */
export function startThreadFeed(recipe: SampleRecipe, empty: Batch): ThreadFeed | null {
  const shared = shareBatches(recipe, empty);
  return shared === null ? null : new ThreadFeed(recipe, shared);
}

/** Writes where samples of a list lie to the front of another list. */
function placeSamples(from: SampleList, samples: Int32Array, to: SampleList): void {
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number;
    to.starts[i] = from.starts[sample] as number;
    to.lengths[i] = from.lengths[sample] as number;
    to.zeros[i] = from.zeros[sample] as number;
    to.limits[i] = from.limits[sample] as number;
    to.series[i] = from.series[sample] as number;
  }
}

/** What is filled of a batch whose size `into` has already. */
function copyBatch(from: Batch, into: Batch): void {
  const share = (into.batch * into.timesteps) / (from.batch * from.timesteps);
  for (const name of ['features', 'tokens', 'targets', 'labels', 'weights'] as const) {
    const source = from[name];
    // Rows of the sequence, or of the batch: never more than this many of them are filled.
    const filled = Math.min(
      source.length,
      Math.ceil(source.length * Math.max(share, into.batch / from.batch)),
    );
    into[name].set(source.subarray(0, filled));
  }
  into.lengths.set(from.lengths);
  into.initialState.set(from.initialState);
}

function died(reason: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError('train/interrupted', `The thread that assembles batches ended: ${reason}`, {
    hint: 'Resume the run; a smaller batch takes less memory.',
    cause,
  });
}
