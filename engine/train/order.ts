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
 * Stateful runs shuffle whole streams, never the windows within one.
 */
export function epochOrder(set: SampleSet, training: TrainingConfig, epoch: number): BatchOrder {
  const streams = training.stateful ? streamsOf(set) : null;
  const order = everySample(streams?.length ?? set.count);
  if (training.shuffle) new RandomStream(training.seed, randomStreams.shuffle, epoch).shuffle(order);
  return streams === null
    ? batchesInOrder(order, training.batchSize)
    : batchesOfStreams(streams, order, training.batchSize);
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
