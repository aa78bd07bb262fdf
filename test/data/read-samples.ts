import { expect } from 'vitest';
import { createBatch, type PreparedData, type SampleSet } from '../../engine/data/prepared.ts';

/** Fills one batch with samples and cuts it apart again. */
export function readSamples(data: PreparedData, set: SampleSet, samples: number[]) {
  const batch = createBatch(data.inputs, data.outputs, { timesteps: set.longest, batch: samples.length });
  for (const array of [batch.features, batch.targets, batch.weights, batch.initialState]) array.fill(777);
  batch.tokens.fill(777);
  batch.labels.fill(777);
  set.fill(Int32Array.from(samples), batch);
  const F = data.inputs.features.length;
  const K = data.inputs.tokens.length;
  const S = data.inputs.stateValues;
  const C = data.outputs.targets.length;
  const labeled = data.outputs.kind === 'labels';
  const cut = (array: Float32Array | Int32Array, row: number, width: number) =>
    Array.from(array.subarray(row * width, (row + 1) * width));
  const target = (row: number) => (labeled ? [batch.labels[row] as number] : cut(batch.targets, row, C));
  return samples.map((_, b) => {
    const length = batch.lengths[b] as number;
    const steps = Array.from({ length }, (_, t) => t * batch.batch + b);
    const padding = Array.from(
      { length: batch.timesteps - length },
      (_, i) => (length + i) * batch.batch + b,
    );
    const everyStep = data.outputs.rows === 'sequence';
    return {
      x: steps.map((row) => cut(batch.features, row, F)),
      tokens: steps.map((row) => cut(batch.tokens, row, K)),
      y: everyStep ? steps.map(target) : target(b),
      w: everyStep ? steps.map((row) => batch.weights[row] as number) : (batch.weights[b] as number),
      state: cut(batch.initialState, b, S),
      padded: padding.flatMap((row) => [
        ...cut(batch.features, row, F),
        ...cut(batch.tokens, row, K),
        ...(everyStep ? [batch.weights[row] as number] : []),
      ]),
    };
  });
}

/** Largest difference of two nested arrays of the same shape. */
export function difference(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    expect(a.length).toBe(b.length);
    return a.reduce((most: number, value, i) => Math.max(most, difference(value, b[i])), 0);
  }
  const distance = Math.abs(Number(a) - Number(b)) / Math.max(1, Math.abs(Number(b)));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
