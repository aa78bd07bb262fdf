import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { preparationSchema } from '../../engine/data/preparation.ts';
import { prepareData, prepareInputs } from '../../engine/data/prepare.ts';
import {
  createBatch,
  type InputLayout,
  type OutputLayout,
  type SampleSet,
} from '../../engine/data/prepared.ts';
import type { Table } from '../../engine/data/table.ts';
import { days, makeExperiment, makeTable, range, sentenceOf } from './make-table.ts';

function fill(
  layout: { inputs: InputLayout; outputs: OutputLayout },
  set: SampleSet,
  samples = range(0, set.count),
) {
  const batch = createBatch(layout.inputs, layout.outputs, { timesteps: set.longest, batch: samples.length });
  set.fill(Int32Array.from(samples), batch);
  return batch;
}

const raw = { normalize: 'none', split: { kind: 'time', gap: 0 } };
const noTest = { kind: 'time', train: 0.8, validation: 0.2, gap: 0 };

describe('what cannot be prepared is named by row and column', () => {
  const count = 40;
  const good = { day: days(count), y: range(0, count), x: range(0, count).map((i) => (i * 7) % 5) };
  const roles = { day: 'time', y: 'featureAndTarget', x: 'feature' };
  const withCell = (column: 'y' | 'x', row: number, value: number | string | null) => ({
    ...good,
    [column]: good[column].map((cell, i) => (i === row - 1 ? value : cell)),
  });
  const cases: readonly (readonly [string, Table, Experiment, string])[] = [
    [
      'missing number',
      makeTable(withCell('x', 14, null)),
      makeExperiment(roles),
      'A cell holds nothing (test.csv, row 14, column "x"). Set data.missing to "drop", "forward", "interpolate", "mean" or "mask", or fill in the file.',
    ],
    [
      'several missing numbers',
      makeTable({ ...withCell('x', 14, null), y: good.y.map((v) => (v === 3 || v === 30 ? null : v)) }),
      makeExperiment(roles),
      'A cell holds nothing; so do 2 more (test.csv, row 4, column "y"). Set data.missing to "drop", "forward", "interpolate", "mean" or "mask", or fill in the file.',
    ],
    [
      'infinity',
      makeTable(withCell('x', 3, Number.NEGATIVE_INFINITY)),
      makeExperiment(roles, { missing: 'mean' }),
      'A cell holds minus infinity, which no model can learn from (test.csv, row 3, column "x"). Correct the cell, or empty it and choose in data.missing what happens to missing numbers.',
    ],
    [
      'a target without values',
      makeTable({ ...good, y: good.y.map(() => null) }),
      makeExperiment(roles, { missing: 'mean' }),
      'The target "y" has no values at all (test.csv, column "y"). Choose another column to predict.',
    ],
    [
      'a feature without values',
      makeTable({ ...good, x: good.x.map(() => null) }),
      makeExperiment(roles, { missing: 'mean' }),
      'Column "x" has no values at all (test.csv, column "x"). Give it the role "ignore".',
    ],
    [
      'the same time twice',
      makeTable({ ...good, day: good.day.map((d, i) => (i === 9 ? '2024-01-05' : d)) }),
      makeExperiment(roles),
      'Rows 5 and 10 have the same time, 2024-01-05 (test.csv, column "day"). Set data.duplicates to "first", "last" or "mean", or give the column that tells them apart the role "series".',
    ],
    [
      'a missing time',
      makeTable({ ...good, day: good.day.map((d, i) => (i === 9 ? null : d)) }),
      makeExperiment(roles),
      'A row has no time (test.csv, row 10, column "day"). Fill in the time, or set data.missing to "drop".',
    ],
    [
      'text for a number',
      makeTable({ ...good, x: good.x.map((v) => `n${v}`) }),
      makeExperiment(roles),
      'Column "x" holds text where numbers are needed (test.csv, column "x"). Set its encoding to "oneHot" or "embedding", or its role to "ignore".',
    ],
    [
      'a window longer than the data',
      makeTable(good),
      makeExperiment(roles, { window: 50 }),
      'There is not one training sample: a window of 50 and a horizon of 1 needs 51 consecutive rows, and the longest training part of a series has 0, as 50 rows are left out between two parts (test.csv, 40 rows). Make data.window smaller, set data.split.gap, or use more rows.',
    ],
    [
      'one row',
      makeTable({ day: days(1), y: [1], x: [2] }),
      makeExperiment(roles, { split: { kind: 'time', gap: 0 } }),
      'There is not one training sample: a window of 24 and a horizon of 1 needs 25 consecutive rows, and the longest training part of a series has 0 (test.csv, 1 row). Make data.window smaller, or use more rows.',
    ],
    [
      'an unknown column',
      makeTable(good),
      makeExperiment({ ...roles, z: 'feature' }),
      'There is no column "z" (test.csv). The columns are "day", "y", "x".',
    ],
    [
      'no target',
      makeTable(good),
      makeExperiment({ day: 'time', x: 'feature' }),
      'No column is to be predicted (data.columns). Give a column the role "target" or "featureAndTarget".',
    ],
    [
      'no input',
      makeTable(good),
      makeExperiment({ day: 'time', y: 'target' }),
      'No column is an input of the model (data.columns). Give at least one column the role "feature" or "featureAndTarget".',
    ],
    [
      'no columns',
      makeTable(good),
      makeExperiment({}),
      'The experiment uses no columns (data.columns). List the columns with their roles; "gru init" does it from the data.',
    ],
    [
      'two times',
      makeTable(good),
      makeExperiment({ day: 'time', x: 'time', y: 'featureAndTarget' }),
      'Two columns have the role "time" (data.columns: "day", "x"). Give all but one of them another role.',
    ],
    [
      'not 0 or 1',
      makeTable(good),
      makeExperiment({ ...roles, x: 'feature:binary' }),
      'Column "x" is not 0 or 1 everywhere: it holds 2 (test.csv, row 2, column "x"). Set its encoding to "numeric", or correct the cell.',
    ],
    [
      'a loss for labels on a number',
      makeTable(good),
      makeExperiment(roles, {}, { training: { loss: { kind: 'crossEntropy' } } }),
      'The loss "crossEntropy" does not fit a target with the encoding "numeric" (training.loss). Use "meanSquaredError", or another encoding for "y".',
    ],
    [
      'a split by a column that is not there',
      makeTable(good),
      makeExperiment(roles, { split: { kind: 'column' } }),
      'The split is by a column, but no column has the role "split" (data.split). Give the column that names the part of each row the role "split", or choose another kind of split.',
    ],
    [
      'parts beyond the whole',
      makeTable(good),
      makeExperiment(roles, { split: { kind: 'time', train: 0.9, validation: 0.3 } }),
      'The parts are more than the whole (data.split: train + validation). Let them add up to 1 or less; what is left tests.',
    ],
    [
      'overlapping windows split at random',
      makeTable(good),
      makeExperiment(roles, { window: 4, split: { kind: 'random' } }),
      'Windows that overlap cannot be split at random: a window and its target span 5 rows, the stride is 1 (data.split). Split by time, or set data.stride to 5 or more.',
    ],
    [
      'a negative weight',
      makeTable({ ...good, w: good.x.map((v) => v - 1) }),
      makeExperiment({ ...roles, w: 'weight' }),
      'A sample weight is -1; weights are numbers from 0 up (test.csv, row 1, column "w"). Correct the cell, or take the role "weight" from the column.',
    ],
  ];
  it.each(cases)('%s', async (_, table, experiment, sentence) => {
    expect(await sentenceOf(() => fitPreparation(experiment, table))).toBe(sentence);
  });

  it('names the cell that keeps a column from being a time or a number', async () => {
    const text = (type: 'time' | 'number') => ({ type, bad: 2, row: 7, text: '31.31.2024' });
    const table = (name: 'day' | 'x', type: 'time' | 'number'): Table => {
      const made = makeTable(good);
      const columns = made.columns.map((column) =>
        column.name === name
          ? {
              name,
              type: 'text' as const,
              codes: new Int32Array(count),
              dictionary: ['a'],
              almost: text(type),
            }
          : column,
      );
      return { ...made, columns };
    };
    expect(await sentenceOf(() => fitPreparation(makeExperiment(roles), table('day', 'time')))).toBe(
      '"31.31.2024" is no date or time (test.csv, row 7, column "day"). Correct the cell, or remove the row.',
    );
    expect(await sentenceOf(() => fitPreparation(makeExperiment(roles), table('x', 'number')))).toBe(
      'Column "x" holds text where numbers are needed: "31.31.2024", and 1 more cells like it (test.csv, row 7, column "x"). Correct the cell, or empty it and choose in data.missing what happens to missing numbers.',
    );
  });
});

describe('samples', () => {
  it('come in file order, with the stride as set, when nothing asks for another order', () => {
    const table = makeTable({ y: range(0, 50) });
    const experiment = makeExperiment(
      { y: 'featureAndTarget' },
      { ...raw, window: 3, horizon: 2, stride: 4 },
    );
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    const batch = fill(data, data.train);
    // 35 training rows: windows at 0, 4, ..., 28 (28 + 3 + 2 <= 35).
    expect(data.train.count).toBe(8);
    expect(Array.from(batch.features.subarray(0, 8))).toEqual(range(0, 8).map((i) => 4 * i));
    expect(Array.from(batch.targets.subarray(0, 4))).toEqual([3, 4, 7, 8]);
    expect(data.outputs.targets).toEqual(['y+1', 'y+2']);
  });

  it('lists windows that follow one another as streams, and none where they overlap', () => {
    const table = makeTable({ s: range(0, 40).map((i) => (i < 20 ? 'a' : 'b')), y: range(0, 40) });
    const roles = { s: 'series', y: 'featureAndTarget' };
    const consecutive = makeExperiment(
      roles,
      { ...raw, split: noTest, window: 4, stride: 4 },
      { task: 'next' },
    );
    const data = prepareData(consecutive, table, fitPreparation(consecutive, table));
    expect(data.train.streams?.map((stream) => Array.from(stream))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    const overlapping = makeExperiment(
      roles,
      { ...raw, split: noTest, window: 4, stride: 2 },
      { task: 'next' },
    );
    expect(prepareData(overlapping, table, fitPreparation(overlapping, table)).train.streams).toBeNull();
  });

  it('never let a window cross a series, also when series alternate in the file', () => {
    const table = makeTable({
      t: range(0, 60).map((i) => Math.floor(i / 2)),
      s: range(0, 60).map((i) => (i % 2 === 0 ? 'even' : 'odd')),
      y: range(0, 60),
    });
    const experiment = makeExperiment(
      { t: 'time', s: 'series', y: 'featureAndTarget' },
      { ...raw, window: 5, horizon: 2 },
    );
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    for (const set of [data.train, data.validation, data.test]) {
      const batch = fill(data, set);
      for (const sample of range(0, set.count)) {
        const values = [
          ...range(0, 5).map((t) => batch.features[t * batch.batch + sample] as number),
          ...range(0, 2).map((h) => batch.targets[sample * 2 + h] as number),
        ];
        const first = values[0] as number;
        expect(values).toEqual(range(0, 7).map((i) => first + 2 * i));
        expect(set.origin(sample).series).toBe(first % 2 === 0 ? 'even' : 'odd');
      }
    }
  });

  it('leave at least window + horizon - 1 rows between the parts', () => {
    const table = makeTable({ y: range(0, 200) });
    const experiment = makeExperiment(
      { y: 'featureAndTarget' },
      { normalize: 'none', window: 6, horizon: 3 },
    );
    const preparation = fitPreparation(experiment, table);
    const data = prepareData(experiment, table, preparation);
    const reach = (set: SampleSet) => {
      const origins = range(0, set.count).map((sample) => set.origin(sample));
      return [Math.min(...origins.map((o) => o.firstRow)), Math.max(...origins.map((o) => o.lastRow)) + 3];
    };
    const [, trainEnd = 0] = reach(data.train);
    const [validationStart = 0, validationEnd = 0] = reach(data.validation);
    const [testStart = 0, testEnd = 0] = reach(data.test);
    expect([trainEnd, validationStart, validationEnd, testStart, testEnd]).toEqual([128, 137, 163, 172, 200]);
    expect(preparation.warnings).toEqual([]);
  });

  it('restore targets to the unit of the file, for each series by its own scale', () => {
    const table = makeTable({
      s: range(0, 60).map((i) => (i < 30 ? 'small' : 'large')),
      y: range(0, 60).map((i) => (i < 30 ? i / 10 : 1000 * i)),
    });
    const experiment = makeExperiment({ s: 'series', y: 'featureAndTarget' }, { window: 3, perSeries: true });
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    const batch = fill(data, data.train);
    for (const sample of range(0, data.train.count)) {
      const { lastRow } = data.train.origin(sample);
      const expected = lastRow < 30 ? lastRow / 10 : 1000 * lastRow;
      const restored = data.train.restore.value(sample, 0, batch.targets[sample] as number);
      expect(Math.abs(restored / expected - 1)).toBeLessThan(1e-5);
      const step = data.train.restore.value(sample, 0, 1) - data.train.restore.value(sample, 0, 0);
      expect(data.train.restore.scale(sample, 0)).toBeCloseTo(step, 9);
    }
  });

  it('fit the normalizer on the training part only', () => {
    const y = range(0, 100).map((i) => (i < 70 ? i : 1e6));
    const table = makeTable({ y });
    const experiment = makeExperiment(
      { y: 'featureAndTarget' },
      { window: 3, split: { kind: 'time', gap: 0 } },
    );
    const [input] = fitPreparation(experiment, table).inputs;
    expect(input?.encoding === 'numeric' && input.statistics.global.offset).toBeCloseTo(34.5, 12);
  });

  it('divide a constant column by 1 and say that it teaches nothing', () => {
    const table = makeTable({ y: range(0, 40), c: range(0, 40).map(() => 0.1) });
    const experiment = makeExperiment(
      { y: 'featureAndTarget', c: 'feature' },
      { window: 3, split: { kind: 'time', validation: 0 } },
    );
    const preparation = fitPreparation(experiment, table);
    const data = prepareData(experiment, table, preparation);
    const batch = fill(data, data.train);
    expect(range(0, 20).every((row) => Math.abs(batch.features[2 * row + 1] as number) < 1e-6)).toBe(true);
    expect(preparation.warnings).toEqual([
      '"c": constant in the training part, so the model learns nothing from it.',
    ]);
  });

  it('start whole sequences from a row of zeros that also predicts the first row', () => {
    const table = makeTable({
      s: ['a', 'a', 'a', 'b', 'b', 'c', 'c', 'c', 'c'],
      k: [1, 0, 1, 0, 1, 1, 1, 0, 0],
    });
    const experiment = makeExperiment(
      { s: 'series', k: 'featureAndTarget:binary' },
      { sequence: 'whole', firstStep: 'zeros', split: { kind: 'random', train: 1 - 1e-12, validation: 0 } },
      { task: 'next', training: { loss: { kind: 'binaryCrossEntropy' } } },
    );
    const whole: Experiment = {
      ...experiment,
      data: { ...experiment.data, split: { kind: 'series', train: 1 - 1e-12, validation: 0 } },
    };
    const data = prepareData(whole, table, fitPreparation(whole, table));
    const batch = fill(data, data.train, [2, 0, 1]);
    expect(Array.from(batch.lengths)).toEqual([4, 3, 2]);
    const column = (array: Float32Array, b: number) => range(0, 4).map((t) => array[t * 3 + b]);
    expect(column(batch.features, 0)).toEqual([0, 1, 1, 0]);
    expect(column(batch.targets, 0)).toEqual([1, 1, 0, 0]);
    expect(column(batch.features, 1)).toEqual([0, 1, 0, 0]);
    expect(column(batch.targets, 2)).toEqual([0, 1, 0, 0]);
    expect(column(batch.weights, 1)).toEqual([1, 1, 1, 0]);
    expect(column(batch.weights, 2)).toEqual([1, 1, 0, 0]);
  });

  it('weigh out targets that are missing, and never fill them in for training', () => {
    const table = makeTable({ x: range(0, 30), y: range(0, 30).map((i) => (i % 5 === 4 ? null : i)) });
    const experiment = makeExperiment(
      { x: 'feature', y: 'target' },
      { ...raw, window: 2, missing: 'forward' },
      { task: 'tag' },
    );
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    const batch = fill(data, data.train);
    for (const sample of range(0, data.train.count)) {
      const weights = [0, 1].map((t) => batch.weights[t * batch.batch + sample]);
      expect(weights).toEqual([sample, sample + 1].map((i) => (i % 5 === 4 ? 0 : 1)));
    }
  });

  it('drop rows that have no earlier value to repeat, and count them', () => {
    const table = makeTable({
      s: range(0, 40).map((i) => (i < 20 ? 'a' : 'b')),
      y: range(0, 40),
      x: range(0, 40).map((i) => (i === 0 || i === 20 || i === 21 || i === 30 ? null : i)),
    });
    const experiment = makeExperiment(
      { s: 'series', y: 'featureAndTarget', x: 'feature' },
      { ...raw, split: noTest, window: 2, missing: 'forward' },
    );
    const { rows } = fitPreparation(experiment, table);
    expect(rows).toEqual({
      read: 40,
      used: 37,
      dropped: [{ reason: 'no earlier value of column "x" to repeat', count: 3, rows: [1, 21, 22] }],
    });
  });

  it('keep a preparation through JSON', () => {
    const table = makeTable({ y: range(0, 40), c: range(0, 40).map((i) => `c${i % 3}`) });
    const experiment = makeExperiment({ y: 'featureAndTarget', c: 'feature:embedding' }, { window: 3 });
    const preparation = fitPreparation(experiment, table);
    expect(preparationSchema.parse(JSON.parse(JSON.stringify(preparation)))).toEqual(preparation);
  });
});

describe('splits', () => {
  it('by series keep every series whole and stay where they are when series are added', () => {
    const series = (count: number) => {
      const names = range(0, count).flatMap((i) => range(0, 6).map(() => `series ${i}`));
      const table = makeTable({ s: names, y: names.map((_, i) => i) });
      const experiment = makeExperiment(
        { s: 'series', y: 'featureAndTarget' },
        { ...raw, window: 3, split: { kind: 'series' } },
      );
      const data = prepareData(experiment, table, fitPreparation(experiment, table));
      const parts = new Map<string, string>();
      for (const part of ['train', 'validation', 'test'] as const) {
        for (const sample of range(0, data[part].count)) {
          const name = data[part].origin(sample).series;
          expect(parts.get(name) ?? part).toBe(part);
          parts.set(name, part);
        }
      }
      return parts;
    };
    const few = series(200);
    const many = series(400);
    for (const [name, part] of few) expect(many.get(name)).toBe(part);
    const share = [...many.values()].filter((part) => part === 'train').length / many.size;
    expect(Math.abs(share - 0.7)).toBeLessThan(0.07);
  });

  it('at random deal sequences in exact shares, alike for the same seed', () => {
    const names = range(0, 20).flatMap((i) => [`s${i}`, `s${i}`]);
    const table = makeTable({ s: names, y: names.map((_, i) => i) });
    const deal = (seed: number) => {
      const experiment = makeExperiment(
        { s: 'series', y: 'featureAndTarget' },
        { ...raw, sequence: 'whole', split: { kind: 'random' } },
        { task: 'next', training: { seed } },
      );
      const data = prepareData(experiment, table, fitPreparation(experiment, table));
      return [data.train, data.validation, data.test].map((set) =>
        range(0, set.count).map((sample) => set.origin(sample).series),
      );
    };
    const first = deal(1);
    expect(first.map((part) => part.length)).toEqual([14, 3, 3]);
    expect(new Set(first.flat()).size).toBe(20);
    expect(deal(1)).toEqual(first);
    expect(deal(2)).not.toEqual(first);
  });

  it('by a column log rows that name no part', () => {
    const table = makeTable({
      p: range(0, 30).map((i) => (i < 15 ? 'train' : i < 20 ? 'other' : i < 25 ? 'val' : 'test')),
      y: range(0, 30),
    });
    const experiment = makeExperiment(
      { p: 'split', y: 'featureAndTarget' },
      { ...raw, window: 2, split: { kind: 'column' } },
    );
    const { rows, split } = fitPreparation(experiment, table);
    expect(rows).toMatchObject({ read: 30, used: 25 });
    expect(rows.dropped).toEqual([
      { reason: '"other" names no part of the split', count: 5, rows: [16, 17, 18, 19, 20] },
    ]);
    expect([split.train.samples, split.validation.samples, split.test.samples]).toEqual([13, 3, 3]);
  });

  it('say when a part is empty', () => {
    const table = makeTable({ y: range(0, 20) });
    const experiment = makeExperiment({ y: 'featureAndTarget' }, { ...raw, window: 8 });
    expect(fitPreparation(experiment, table).warnings).toContain(
      'The validation part has no samples: early stopping and the choice of the best epoch have nothing to go by.',
    );
  });
});

describe('leaks', () => {
  const y = range(0, 60).map((i) => Math.sin(i * 12.9) * 43);
  const warnings = (
    columns: Record<string, (number | string)[]>,
    roles: Record<string, string>,
    data = {},
    rest = {},
  ) =>
    fitPreparation(makeExperiment(roles, { ...raw, window: 4, ...data }, rest), makeTable(columns)).warnings;

  it.each([
    [
      'a target that is its own input',
      warnings({ y }, { y: 'featureAndTarget' }, { split: noTest }, { task: 'regress' }),
      [
        'Leak: column "y" is an input and the target of the same row, so the model is shown the answer; give it the role "target".',
      ],
    ],
    [
      'a copy of the target',
      warnings({ y, copy: y }, { y: 'target', copy: 'feature' }, {}, { task: 'regress' }),
      ['Leak: column "copy" is the same as the target "y".'],
    ],
    [
      'a target of a later row',
      warnings({ y, next: [...y.slice(1), 0] }, { y: 'featureAndTarget', next: 'feature' }),
      ['Leak: column "next" is the target "y" 1 row ahead.'],
    ],
    [
      'a code for the class',
      warnings(
        { c: y.map((v) => (v > 0 ? 'up' : 'down')), code: y.map((v) => (v > 0 ? 'U' : 'D')) },
        { c: 'target:label', code: 'feature:oneHot' },
        {},
        { task: 'classify', training: { loss: { kind: 'crossEntropy' } } },
      ),
      ['Leak: column "code" tells the target "c" of its row exactly.'],
    ],
    ['a forecast of what is also an input', warnings({ y }, { y: 'featureAndTarget' }), []],
  ])('%s', (_, got, expected) => {
    const gap = /^The parts of the split are 0 rows apart/;
    // These tables repeat themselves.
    const repeated = /samples equals? a training sample/;
    expect(got.filter((warning) => !gap.test(warning) && !repeated.test(warning))).toEqual(expected);
    expect(got.some((warning) => gap.test(warning))).toBe(true);
  });
});

describe('a new file to predict on', () => {
  const train = makeTable({
    day: days(60),
    y: range(0, 60),
    c: range(0, 60).map((i) => ['a', 'b', 'c'][i % 3] ?? ''),
  });
  const roles = { day: 'time', y: 'featureAndTarget', c: 'feature:oneHot' };

  it('gives the last window of every series, and unknown categories as zeros with a warning', () => {
    const experiment = makeExperiment(roles, { ...raw, window: 3, horizon: 2 });
    const preparation = fitPreparation(experiment, train);
    const table = makeTable({ day: days(10), y: range(100, 110), c: 'abcabcabxx'.split('') });
    const prepared = prepareInputs(experiment, table, preparation);
    expect(prepared.samples.count).toBe(1);
    const batch = fill(prepared, prepared.samples);
    expect(Array.from(batch.features)).toEqual([107, 0, 1, 0, 108, 0, 0, 0, 109, 0, 0, 0]);
    expect(Array.from(batch.weights)).toEqual([0]);
    expect(prepared.samples.origin(0)).toEqual({ series: '', firstRow: 8, lastRow: 10, time: '2024-01-10' });
    expect(prepared.warnings).toEqual([
      'test.csv, column "c": "x" did not occur in the training part; 2 rows count as unknown.',
    ]);
  });

  it('needs no target where the target is no input', () => {
    const experiment = makeExperiment(
      { x: 'feature', y: 'target' },
      { ...raw, window: 3 },
      { task: 'regress' },
    );
    const preparation = fitPreparation(experiment, makeTable({ x: range(0, 40), y: range(0, 40) }));
    const prepared = prepareInputs(experiment, makeTable({ x: range(0, 5) }), preparation);
    expect(prepared.samples.count).toBe(3);
    expect(Array.from(fill(prepared, prepared.samples).weights)).toEqual([0, 0, 0]);
  });

  it('reads every row once when each step is predicted, the last window shorter', () => {
    const experiment = makeExperiment({ x: 'feature', y: 'target' }, { ...raw, window: 4 }, { task: 'tag' });
    const preparation = fitPreparation(experiment, makeTable({ x: range(0, 40), y: range(0, 40) }));
    const { samples, rowAt } = prepareInputs(experiment, makeTable({ x: range(0, 10) }), preparation);
    const rows = range(0, samples.count).flatMap((sample) =>
      range(0, samples.length(sample)).map((t) => rowAt(sample, t)),
    );
    expect(rows).toEqual(range(1, 11));
  });

  it('predicts one row beyond a whole sequence', () => {
    const experiment = makeExperiment(
      { s: 'series', x: 'featureAndTarget' },
      { ...raw, sequence: 'whole', firstStep: 'zeros', split: noTest },
      { task: 'next' },
    );
    const names = (count: number) => range(0, count).map(() => 'a');
    const preparation = fitPreparation(experiment, makeTable({ s: names(40), x: range(0, 40) }));
    const prepared = prepareInputs(experiment, makeTable({ s: names(3), x: [5, 6, 7] }), preparation);
    const batch = fill(prepared, prepared.samples);
    expect(Array.from(batch.features)).toEqual([0, 5, 6, 7]);
    expect(Array.from(batch.targets)).toEqual([5, 6, 7, 0]);
    expect(Array.from(batch.weights)).toEqual([1, 1, 1, 0]);
  });

  it('refuses too few rows and a text where numbers were', async () => {
    const experiment = makeExperiment(roles, { ...raw, window: 3 });
    const preparation = fitPreparation(experiment, train);
    const short = makeTable({ day: days(2), y: [1, 2], c: ['a', 'b'] });
    expect(await sentenceOf(() => prepareInputs(experiment, short, preparation))).toBe(
      'There is nothing to predict: no series has 3 rows (test.csv, 2 rows). Give at least as many rows as the window of the model is long.',
    );
    const codes = makeTable({ day: days(4), y: range(0, 4), c: range(0, 4) });
    expect(await sentenceOf(() => prepareInputs(experiment, codes, preparation))).toBe(
      'Column "c" holds numbers where the training data had text (test.csv, column "c"). Write the column as it was in the training data.',
    );
  });
});
