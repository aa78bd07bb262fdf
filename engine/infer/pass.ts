import type { FloatArray } from '../backends/backend.ts';
import { WorkbenchError } from '../base/errors.ts';
import type { Batch, SampleSet } from '../data/prepared.ts';
import { evaluationOrder } from './batches.ts';
import { emptyStates, type Runner, readStates, writeStates } from './runner.ts';

/** One batch of a pass, after it ran. Its arrays are reused by the next one. */
export interface PassedBatch {
  readonly samples: Int32Array;
  readonly batch: Batch;
  /** [rows, columns] model outputs, row = t * batch + b where there is one at every step. */
  readonly predictions: FloatArray;
  /** Mean loss of the batch over `lossWeight`; 0 where only predictions were asked for. */
  readonly loss: number;
  readonly lossWeight: number;
}

export interface PassOptions {
  /** Also compute the loss. */
  readonly withLoss: boolean;
  /** Lets other work of the process happen; called between batches. */
  pause(): Promise<void>;
}

/**
 * Runs every sample of a set through the model in inference mode, in file order (stateful: stream by stream).
 * @throws internal when a sample is longer than the plan allows.
 */
export async function* pass(
  runner: Runner,
  set: SampleSet,
  options: PassOptions,
): AsyncGenerator<PassedBatch> {
  const { plan, states: carriedStates } = runner.built;
  if (set.longest > plan.extent.timesteps) {
    throw new WorkbenchError('internal', 'A sample is longer than the plan allows', {
      data: { longest: set.longest, timesteps: plan.extent.timesteps },
    });
  }
  const batch = runner.createBatch();
  const order = evaluationOrder(set, plan.extent.batch, carriedStates.length > 0);
  const states = emptyStates(runner, plan.extent.batch);
  for (let index = 0; index < order.count; index++) {
    const { samples, lanes, fresh } = order.batch(index);
    set.fill(samples, batch);
    runner.writeBatch(batch);
    if (lanes !== null && fresh !== null) writeStates(runner, states, lanes, fresh);
    const lossWeight = options.withLoss ? runner.lossWeight(batch) : 0;
    const loss = options.withLoss ? await runner.evaluate(batch, lossWeight) : 0;
    if (!options.withLoss) await runner.run('predict', batch);
    if (lanes !== null) await readStates(runner, states, lanes);
    yield { samples, batch, predictions: await runner.readPredictions(batch), loss, lossWeight };
    await options.pause();
  }
}
