import { RandomStream, randomStreams } from '../base/rng.ts';
import type { TrainingConfig } from '../contract/training.ts';
import type { SampleSet } from '../data/prepared.ts';
import {
  type BatchOrder,
  batchesInOrder,
  batchesOfStreams,
  everySample,
  streamsOf,
} from '../infer/batches.ts';

/**
 * The batches of one training epoch. The order depends on seed and epoch alone, so a resumed run finds its place.
 * Stateful runs shuffle whole streams, never the windows within one. With `bucketing`, batches are of similar length.
 */
export function epochOrder(set: SampleSet, training: TrainingConfig, epoch: number): BatchOrder {
  const streams = training.stateful ? streamsOf(set) : null;
  const order = everySample(streams?.length ?? set.count);
  if (training.shuffle) new RandomStream(training.seed, randomStreams.shuffle, epoch).shuffle(order);
  if (streams !== null) return batchesOfStreams(streams, order, training.batchSize);
  return training.bucketing
    ? batchesByLength(set, order, training, epoch)
    : batchesInOrder(order, training.batchSize);
}

/** Batches that are sorted by length together: enough that those of a batch are alike, few enough to stay random. */
const batchesInPool = 50;

/**
 * The samples of every pool of 50 batches, as the shuffle left them, sorted by length and cut into batches, whose order
 * is shuffled (the bucketing of torchtext and Ludwig).
 */
function batchesByLength(
  set: SampleSet,
  order: Int32Array,
  { batchSize, shuffle, seed }: TrainingConfig,
  epoch: number,
): BatchOrder {
  const pool = batchSize * batchesInPool;
  for (let start = 0; start < order.length; start += pool) {
    const samples = order.subarray(start, start + pool);
    samples.set(Array.from(samples).sort((a, b) => set.length(b) - set.length(a)));
  }
  const batches = batchesInOrder(order, batchSize);
  const places = everySample(batches.count);
  if (shuffle) new RandomStream(seed, randomStreams.buckets, epoch).shuffle(places);
  return { count: batches.count, batch: (index) => batches.batch(places[index] ?? index) };
}

/** Updates in one epoch: batches, `gradientAccumulation` of them to an update, the last one maybe fewer. */
export function stepsPerEpoch(set: SampleSet, training: TrainingConfig): number {
  return Math.ceil(epochOrder(set, { ...training, shuffle: false }, 0).count / training.gradientAccumulation);
}

/** Updates of the whole run, unless it stops early. */
export function totalSteps(set: SampleSet, training: TrainingConfig): number {
  const all = training.epochs * stepsPerEpoch(set, training);
  return training.steps === null ? all : Math.min(all, training.steps);
}
