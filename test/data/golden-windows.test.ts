import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { createBatch, type PreparedData, type SampleSet } from '../../engine/data/prepared.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';

/** What golden/make_windows.py wrote with pandas and NumPy. */
interface GoldenCase {
  readonly name: string;
  readonly experiment: unknown;
  readonly expected: {
    readonly features: string[];
    readonly classes: string[];
    readonly parts: Readonly<Record<'train' | 'validation' | 'test', GoldenSample[]>>;
  };
}

interface GoldenSample {
  readonly rows: [number, number];
  readonly x: number[][];
  readonly tokens: number[][];
  readonly y: number[] | number[][];
  readonly w: number | number[];
  readonly state: number[];
}

const folder = new URL('./golden/', import.meta.url);
const cases = readFileSync(new URL('windows.jsonl', folder), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenCase);
const table = await readTable(new URL('table.csv', folder).pathname);

/** Fills one batch with samples and cuts it apart again. */
function read(data: PreparedData, set: SampleSet, samples: number[]) {
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
function difference(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    expect(a.length).toBe(b.length);
    return a.reduce((most: number, value, i) => Math.max(most, difference(value, b[i])), 0);
  }
  const distance = Math.abs(Number(a) - Number(b)) / Math.max(1, Math.abs(Number(b)));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

describe('prepared windows equal those of an independent pandas script', () => {
  it('has cases', () => {
    expect(cases.length).toBe(19);
  });

  it.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const experiment = experimentSchema.parse(golden.experiment);
    const preparation = fitPreparation(experiment, table);
    const data = prepareData(experiment, table, preparation);
    expect(data.inputs.features).toEqual(golden.expected.features);
    expect(data.outputs.classes).toEqual(golden.expected.classes);
    for (const part of ['train', 'validation', 'test'] as const) {
      const set = data[part];
      const expected = golden.expected.parts[part];
      expect(set.count, part).toBe(expected.length);
      // Two orders and sizes of batches: what a sample holds does not depend on its neighbors.
      const all = Array.from({ length: set.count }, (_, i) => i);
      const together = set.count === 0 ? [] : read(data, set, all);
      const backward = all.reverse().flatMap((sample) => read(data, set, [sample]));
      for (const [sample, golden] of expected.entries()) {
        for (const got of [together[sample], backward[set.count - 1 - sample]]) {
          const { rows, ...arrays } = golden;
          const { padded, ...values } = got ?? { padded: [] };
          expect(
            difference(Object.values({ ...values }), [
              arrays.x,
              arrays.tokens,
              arrays.y,
              arrays.w,
              arrays.state,
            ]),
          ).toBeLessThan(1e-6);
          expect(padded.every((value) => value === 0)).toBe(true);
        }
        const { firstRow, lastRow } = set.origin(sample);
        expect([firstRow, lastRow]).toEqual(golden.rows);
      }
    }
    const { read: rowsRead, used, dropped } = preparation.rows;
    expect(used + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(rowsRead);
    expect(rowsRead).toBe(table.rowCount);
    const { train, validation, test } = preparation.split;
    expect(train.rows + validation.rows + test.rows).toBe(used);
  });
});
