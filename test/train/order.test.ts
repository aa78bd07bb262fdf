import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { trainingSchema } from '../../engine/contract/training.ts';
import type { SampleSet } from '../../engine/data/prepared.ts';
import { epochOrder } from '../../engine/train/order.ts';

const count = 1000;
const random = new RandomStream(3, 0);
const lengths = Array.from({ length: count }, () => 1 + random.nextInteger(100));
const set: SampleSet = {
  count,
  longest: 100,
  length: (sample) => lengths[sample] as number,
  fill: () => undefined,
  restore: { value: (_sample, _target, value) => value, scale: () => 1 },
  origin: () => ({ series: '', firstRow: 1, lastRow: 1, time: null }),
  streams: null,
};

function batchesOf(training: object, epoch = 0): number[][] {
  const order = epochOrder(set, trainingSchema.parse({ batchSize: 16, ...training }), epoch);
  return Array.from({ length: order.count }, (_, index) => Array.from(order.batch(index).samples));
}

/** Timesteps that a batch is longer than its sequences, as a share of all. */
function padding(batches: readonly number[][]): number {
  let all = 0;
  let real = 0;
  for (const samples of batches) {
    const steps = samples.map((sample) => lengths[sample] as number);
    all += Math.max(...steps) * steps.length;
    real += steps.reduce((sum, length) => sum + length, 0);
  }
  return 1 - real / all;
}

describe('batches of similar length', () => {
  it('hold every sample once, in an order that seed and epoch alone decide', () => {
    const batches = batchesOf({ bucketing: true });
    expect(batches.map(({ length }) => length).sort((a, b) => a - b)).toEqual([8, ...Array(62).fill(16)]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(batchesOf({ bucketing: true })).toEqual(batches);
    expect(batchesOf({ bucketing: true }, 1)).not.toEqual(batches);
    expect(batchesOf({ bucketing: true, seed: 2 })).not.toEqual(batches);
  });

  it('need little padding', () => {
    expect(padding(batchesOf({}))).toBeGreaterThan(0.4);
    expect(padding(batchesOf({ bucketing: true }))).toBeLessThan(0.05);
  });

  it('do not come sorted', () => {
    const first = batchesOf({ bucketing: true }).map(([sample]) => lengths[sample ?? 0] as number);
    const rises = first.filter((length, i) => i > 0 && length > (first[i - 1] as number)).length;
    expect(rises).toBeGreaterThan(first.length / 4);
    expect(rises).toBeLessThan((first.length * 3) / 4);
  });
});
