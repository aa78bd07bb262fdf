import { WindowSamples } from '../../../engine/data/window-samples.ts';
import { batchState, controlIndex, type SharedBatches, sourceOf } from './shared-batches.ts';

/** Assembles what is asked for, until the thread is ended or something goes wrong. */
export function assembleBatches({ control, list, batch, source }: SharedBatches): void {
  const samples = new WindowSamples(sourceOf(source), list);
  const numbers = Int32Array.from({ length: list.count }, (_, index) => index);
  for (;;) {
    const state = Atomics.load(control, controlIndex.state);
    if (state !== batchState.asked) {
      Atomics.wait(control, controlIndex.state, state);
      continue;
    }
    samples.fill(numbers.subarray(0, control[controlIndex.samples]), batch);
    control[controlIndex.timesteps] = batch.timesteps;
    Atomics.store(control, controlIndex.state, batchState.filled);
    Atomics.notify(control, controlIndex.state);
  }
}
