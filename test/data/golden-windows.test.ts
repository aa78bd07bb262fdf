import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import { difference, readSamples } from './read-samples.ts';

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
      const together = set.count === 0 ? [] : readSamples(data, set, all);
      const backward = all.reverse().flatMap((sample) => readSamples(data, set, [sample]));
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
