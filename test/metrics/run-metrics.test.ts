import { expect, it } from 'vitest';
import type { StepColumns } from '../../engine/contract/rpc/runs.ts';
import { RunMetrics } from '../../renderer/metrics/run-metrics.ts';
import { unpackFloat32, unpackFloat64 } from '../../renderer/rpc/packed.ts';

/** Bytes as another program would write them: one little-endian number after another. */
function pack(values: readonly number[], size: 4 | 8): string {
  const bytes = Buffer.alloc(values.length * size);
  for (const [index, value] of values.entries()) {
    if (size === 4) bytes.writeFloatLE(value, index * 4);
    else bytes.writeDoubleLE(value, index * 8);
  }
  return bytes.toString('base64');
}

function columns(first: number, losses: readonly number[], clipped = losses.map(() => 0)): StepColumns {
  const same = (value: number) =>
    pack(
      losses.map(() => value),
      4,
    );
  return {
    count: losses.length,
    step: pack(
      losses.map((_, index) => first + index),
      8,
    ),
    epoch: same(1),
    loss: pack(losses, 4),
    gradientNorm: pack(losses, 4),
    clippedFraction: pack(clipped, 4),
    learningRate: same(0.5),
    throughput: same(100),
  };
}

const epoch = (number: number, step: number, metrics: Record<string, number | null>) =>
  ({ event: 'epoch', epoch: number, step, metrics, best: false, learningRate: 0.1, seconds: 1 }) as const;

it('unpacks little-endian numbers', () => {
  const values = [0, -1.5, 3.25e10, Number.NaN, Number.POSITIVE_INFINITY, 1e-30];
  expect([...unpackFloat64(pack(values, 8))]).toEqual(values);
  expect([...unpackFloat32(pack(values, 4))]).toEqual(values.map(Math.fround));
  expect(() => unpackFloat64(pack([1], 4))).toThrow(/multiple of 8/);
});

it('appends pieces of steps and goes back to the checkpoint of a resumed run', () => {
  const metrics = new RunMetrics();
  let told = 0;
  metrics.listen(() => {
    told += 1;
  });
  metrics.addSteps(columns(1, [9, 8, 7, 6], [0, 0.5, 0, 0]), 4);
  metrics.addSteps(columns(3, [5, 4]), 6);
  expect(told).toBe(2);
  expect(metrics.position).toBe(6);
  expect([...metrics.loss.x.view()]).toEqual([1, 2, 3, 4]);
  expect([...metrics.loss.y.view()]).toEqual([9, 8, 5, 4]);
  expect([...metrics.clipped.y.view()]).toEqual([Number.NaN, 8, Number.NaN, Number.NaN]);
});

it('puts the metrics of epochs at their steps, with gaps where one was not told', () => {
  const metrics = new RunMetrics();
  metrics.addEpoch(epoch(1, 10, { 'train.loss': 3 }));
  metrics.addEpoch(epoch(2, 20, { 'train.loss': null, 'validation.loss': 2 }));
  metrics.addEpoch(epoch(3, 30, { 'train.loss': 1, 'validation.loss': 1 }));
  metrics.addEpoch(epoch(2, 20, { 'train.loss': 2.5, 'validation.loss': 1.5 }));
  expect(metrics.epochs.map((each) => each.step)).toEqual([10, 20]);
  expect([...metrics.epochCurve('train.loss').y.view()]).toEqual([3, 2.5]);
  expect([...metrics.epochCurve('validation.loss').y.view()]).toEqual([Number.NaN, 1.5]);
  expect([...metrics.epochCurve('validation.loss').x.view()]).toEqual([10, 20]);
});
