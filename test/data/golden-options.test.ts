import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { preparationSchema } from '../../engine/data/preparation.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import { difference, readSamples } from './read-samples.ts';

/** What golden/make_options.py wrote with pandas, NumPy and SciPy: numbers of some samples, the rows of all. */
interface OptionCase {
  readonly name: string;
  readonly experiment: unknown;
  readonly expected: {
    readonly features: string[];
    readonly classes: string[];
    readonly parts: Readonly<Record<'train' | 'validation' | 'test', OptionSample[]>>;
  };
}

interface OptionSample {
  readonly rows: [number, number];
  readonly x?: number[][];
  readonly tokens?: number[][];
  /** Targets in model space. */
  readonly y?: number[] | number[][];
  /** Targets in the unit of the file, clipped where they train. */
  readonly raw?: number[] | number[][];
  readonly w?: number | number[];
}

const folder = new URL('./golden/', import.meta.url);
const cases = readFileSync(new URL('options.jsonl', folder), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as OptionCase);
const table = await readTable(new URL('options.csv', folder).pathname);

describe('windows prepared with every option equal those of an independent pandas script', () => {
  it.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const experiment = experimentSchema.parse(golden.experiment);
    // What is kept of a run is JSON.
    const preparation = preparationSchema.parse(
      JSON.parse(JSON.stringify(fitPreparation(experiment, table))),
    );
    const data = prepareData(experiment, table, preparation);
    expect(data.inputs.features).toEqual(golden.expected.features);
    expect(data.outputs.classes).toEqual(golden.expected.classes);
    let compared = 0;
    for (const part of ['train', 'validation', 'test'] as const) {
      const set = data[part];
      const expected = golden.expected.parts[part];
      expect(set.count, part).toBe(expected.length);
      const got =
        set.count === 0
          ? []
          : readSamples(
              data,
              set,
              Array.from({ length: set.count }, (_, i) => i),
            );
      for (const [sample, { rows, x, tokens, y, raw, w }] of expected.entries()) {
        const { firstRow, lastRow } = set.origin(sample);
        expect([firstRow, lastRow], `${part} ${sample}`).toEqual(rows);
        if (x === undefined) continue;
        const values = got[sample];
        expect(
          difference([values?.x, values?.tokens, values?.y, values?.w], [x, tokens, y, w]),
          `${part} ${sample}`,
        ).toBeLessThan(1e-6);
        compared++;
        if (data.outputs.kind !== 'values') continue;
        const everyStep = data.outputs.rows === 'sequence';
        const steps = (everyStep ? values?.y : [values?.y]) as number[][];
        const restored = steps.map((row, step) =>
          row.map((value, target) => set.restore.value(sample, target, value, step)),
        );
        expect(difference(restored, everyStep ? raw : [raw]), `restored ${part} ${sample}`).toBeLessThan(
          1e-5,
        );
      }
    }
    expect(compared).toBeGreaterThan(1);
    const { read, used, dropped } = preparation.rows;
    expect(used + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(read);
    expect(read).toBe(table.rowCount);
    expect(preparation.leakage.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'target among the inputs',
        'statistics of the training part',
        'overlapping windows',
        'duplicates across parts',
      ]),
    );
  });
});
