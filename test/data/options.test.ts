import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/base/rng.ts';
import { type Experiment, experimentSchema } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { preparationSchema } from '../../engine/data/preparation.ts';
import { prepareData, prepareInputs } from '../../engine/data/prepare.ts';
import { profileTable } from '../../engine/data/profile.ts';
import { proposeExperiment } from '../../engine/data/propose.ts';
import type { Table } from '../../engine/data/table.ts';
import { days, makeTable, range, sentenceOf } from './make-table.ts';
import { difference, readSamples } from './read-samples.ts';

type ColumnInput = Readonly<Record<string, unknown>>;

const day = { name: 'day', role: 'time' };
const y = { name: 'y', role: 'featureAndTarget' };
const free = { window: 3, split: { kind: 'time', gap: 0 } };

function experimentOf(columns: readonly ColumnInput[], data: object = {}, rest: object = {}): Experiment {
  return experimentSchema.parse({ ...rest, data: { ...free, ...data, columns } });
}

const wave = (i: number): number => 10 + 4 * Math.sin(i / 3) + ((i * 7) % 5) / 2;

function tableOf(rows: number, more: Parameters<typeof makeTable>[0] = {}): Table {
  return makeTable({ day: days(rows), y: range(0, rows).map(wave), ...more });
}

describe('what an option cannot do is refused, naming the place', () => {
  const table = tableOf(40, {
    x: range(0, 40).map((i) => (i === 6 ? -3 : i)),
    c: range(0, 40).map((i) => `c${i % 4}`),
    huge: range(0, 40).map((i) => (i === 30 ? 1e300 : i)),
    far: range(0, 40).map((i) => (i === 39 ? 1e40 : 0.001 * i)),
    place: range(0, 40).map((i) => (i === 9 ? 2 : 1)),
    text: range(0, 40).map((i) => (i === 3 ? '31.02.2024' : `0${1 + (i % 9)}.02.2024`)),
  });
  const feature = (name: string, more: object = {}) => ({ name, role: 'feature', ...more });
  const label = { name: 'c', role: 'target', encoding: 'label' };
  const cases: readonly (readonly [string, Experiment, string])[] = [
    [
      'a number too large to square',
      experimentOf([day, y, feature('huge')]),
      'A cell holds 1e+300, which is too large to compute with (beyond 1e+150) (test.csv, row 31, column "huge")',
    ],
    [
      'a number too large for a network',
      experimentOf([day, y, feature('far')]),
      'too large for a network (beyond 1000000000000000) (test.csv, row 40, column "far")',
    ],
    [
      'a negative count',
      experimentOf(
        [day, y, { name: 'x', role: 'featureAndTarget' }],
        {},
        { training: { loss: { kind: 'poisson' } } },
      ),
      'The loss "poisson" is for counts, and the target "x" holds -3 (test.csv, row 7, column "x")',
    ],
    [
      'the logarithm of a negative number',
      experimentOf([day, y, feature('x', { transform: { kind: 'log', offset: 3 } })]),
      'The transform of column "x" needs numbers more than 0, and -3 + 3 is not (test.csv, row 7, column "x")',
    ],
    [
      'Box-Cox of a negative number',
      experimentOf([day, y, feature('x', { transform: { kind: 'boxCox' } })]),
      'The Box-Cox transform of column "x" needs numbers more than 0, and 0 is not (test.csv, row 1, column "x")',
    ],
    [
      'a static column that changes',
      experimentOf([day, y, feature('place', { known: 'static' })]),
      'Column "place" is static, but rows 1 and 10 differ (test.csv, row 10, column "place")',
    ],
    [
      'a target that is known ahead',
      experimentOf([day, { ...y, known: 'future' }]),
      'What is to be predicted is not known ahead (data.columns: "known" of "y")',
    ],
    [
      'a horizon beyond the window',
      experimentOf([day, y, feature('x', { known: 'future' })], { horizon: 4 }),
      'A window of 3 does not show the 4 predicted steps of column "x" (data.window)',
    ],
    [
      'a difference of what is only a target',
      experimentOf([day, { ...y, role: 'target', difference: 1 }, feature('x')]),
      'A change can be predicted only of a column whose past is an input, in a forecast or of the next step (data.columns: "difference" of "y")',
    ],
    [
      'a transform of a text',
      experimentOf([day, y, feature('c', { encoding: 'oneHot', transform: { kind: 'log' } })]),
      '"transform" is for inputs and targets with the encoding "numeric" (data.columns: "transform" of "c")',
    ],
    [
      'a calendar of a number',
      experimentOf([day, y, feature('x', { calendar: ['hour'] })]),
      '"calendar" is for the column with the role "time" (data.columns: "calendar" of "x")',
    ],
    [
      'a hashed class',
      experimentOf([day, y, { ...label, encoding: 'hash' }]),
      'A target cannot be hashed: different classes would be one (data.columns: "encoding" of "c")',
    ],
    [
      'buckets without a hash',
      experimentOf([day, y, feature('c', { encoding: 'embedding', buckets: 9 })]),
      '"buckets" is for the encoding "hash" (data.columns: "buckets" of "c")',
    ],
    [
      'periods without a time',
      experimentOf([y], { resample: { unit: 'day' } }),
      'Rows are to be put together by time, but no column has the role "time" (data.resample)',
    ],
    [
      'the mean of texts',
      experimentOf([day, y, feature('c', { encoding: 'oneHot', aggregate: 'mean' })], {
        resample: { unit: 'week' },
      }),
      'Column "c" holds text, which has no mean (data.columns: aggregate). Use "first", "last" or "count".',
    ],
    [
      'a time that does not fit its pattern',
      experimentOf([{ name: 'text', role: 'time', timeFormat: '%d.%m.%Y' }, y]),
      '"31.02.2024" is no time written as "%d.%m.%Y" (test.csv, row 4, column "text")',
    ],
    [
      'a pattern of unknown letters',
      experimentOf([{ name: 'text', role: 'time', timeFormat: '%Q' }, y]),
      '"%Q" is no pattern of times (data.columns: timeFormat of "text")',
    ],
    [
      'groups without a column',
      experimentOf([day, y], { split: { kind: 'group' } }),
      'The split is by groups, but no column has the role "group" (data.split)',
    ],
    [
      'classes of numbers',
      experimentOf([day, y], { sampling: 'over' }),
      'There are no classes for data.sampling "over" (data.split, data.sampling)',
    ],
    [
      'a fold that there is not',
      experimentOf([day, y], { split: { kind: 'rollingOrigin', folds: 3, fold: 4 } }),
      'There is no fold 4 of 3 (data.split.fold)',
    ],
    [
      'rows that are only looked back at',
      experimentOf([day, { ...y, lags: [39] }]),
      'the longest training part of a series has 0, as the first 39 of a series are only looked back at',
    ],
  ];
  it.each(cases)('%s', async (_, experiment, sentence) => {
    const got = await sentenceOf(() => prepareData(experiment, table, fitPreparation(experiment, table)));
    expect(got).toContain(sentence);
  });
});

/** Several series of different length with holes, a class, a group; every value tells its row. */
function randomTable(random: RandomStream): Table {
  const lengths = range(0, 1 + random.nextInteger(4)).map(() => 12 + random.nextInteger(40));
  const rows = lengths.flatMap((length, s) => range(0, length).map((i) => ({ s, i })));
  return makeTable({
    day: lengths.flatMap((length) => days(length)),
    s: rows.map(({ s }) => `s${s}`),
    y: rows.map((_, row) => row + 1),
    gappy: rows.map(() => (random.nextFloat() < 0.1 ? null : random.nextNormal())),
    c: rows.map(() => `c${random.nextInteger(3)}`),
    g: rows.map(({ s, i }) => `g${s}.${Math.floor(i / 10)}`),
  });
}

function randomExperiment(random: RandomStream): Experiment {
  const one = <T>(...choices: readonly T[]): T => choices[random.nextInteger(choices.length)] as T;
  const task = one('forecast', 'classify', 'tag', 'next');
  const labeled = task === 'classify' || task === 'tag';
  const looks = one<object>({}, { lags: [2] }, { rolling: [{ rows: 3 }] }, labeled ? {} : { difference: 2 });
  return experimentSchema.parse({
    task,
    data: {
      columns: [
        day,
        { name: 's', role: 'series' },
        { name: 'y', role: labeled ? 'feature' : 'featureAndTarget', normalize: 'none', ...looks },
        { name: 'gappy', role: 'feature', known: labeled ? 'past' : one('past', 'future') },
        ...(labeled ? [{ name: 'c', role: 'target', encoding: 'label' }] : []),
        { name: 'g', role: 'group' },
      ],
      window: 2 + random.nextInteger(3),
      horizon: task === 'forecast' ? 1 + random.nextInteger(2) : 1,
      stride: 1 + random.nextInteger(4),
      samplingRate: one(1, 1, 2, 3),
      missing: one('mean', 'mask', 'forward', 'drop'),
      sequence: labeled ? one('window', 'whole') : 'window',
      maximumLength: one(null, 9),
      longer: one('drop', 'first', 'last'),
      sampling: task === 'classify' ? one('none', 'over', 'under') : 'none',
      split: one<object>(
        { kind: 'time', train: 0.6, validation: 0.2, gap: one(0, null) },
        { kind: 'series', train: 0.5 },
        { kind: 'group', train: 0.5 },
        { kind: 'rollingOrigin', folds: 2, validation: one(0, 0.2) },
      ),
      resample: one(null, null, { every: 2, unit: 'day' }),
    },
    training: labeled ? { loss: { kind: 'crossEntropy' } } : {},
  });
}

describe('whatever the options', () => {
  const cases = range(0, Number(process.env.FUZZ ?? 60));
  it('used and dropped rows are those read, and no window leaves its series or its part', () => {
    let prepared = 0;
    for (const seed of cases) {
      const random = new RandomStream(seed, 77);
      const table = randomTable(random);
      const experiment = randomExperiment(random);
      let preparation: ReturnType<typeof fitPreparation>;
      try {
        preparation = fitPreparation(experiment, table);
      } catch (error) {
        // Small tables leave a part without a sample now and then.
        expect(error).toMatchObject({ code: 'data/too-short' });
        continue;
      }
      prepared++;
      const { read, used, dropped } = preparation.rows;
      expect(used + dropped.reduce((sum, { count }) => sum + count, 0), `seed ${seed}`).toBe(read);
      const { train, validation, test } = preparation.split;
      expect(train.rows + validation.rows + test.rows, `seed ${seed}`).toBe(used);
      const data = prepareData(experiment, table, preparation);
      const series = table.columns.find(({ name }) => name === 's');
      if (series?.type !== 'text') throw new Error('no series');
      const seen = new Map<string, Set<number>>();
      for (const part of ['train', 'validation', 'test'] as const) {
        const rows = new Set<number>();
        for (let sample = 0; sample < data[part].count; sample++) {
          const { firstRow, lastRow, series: name } = data[part].origin(sample);
          for (let row = firstRow; row <= lastRow; row++) {
            expect(series.dictionary[series.codes[row - 1] as number]).toBe(name);
            rows.add(row);
          }
        }
        seen.set(part, rows);
        for (const [other, theirs] of seen) {
          if (other === part) continue;
          for (const row of rows) expect(theirs.has(row), `seed ${seed}: row ${row}`).toBe(false);
        }
      }
      expect(
        preparation.leakage.find(({ check }) => check === 'statistics of the training part')?.found,
      ).toBe(false);
    }
    expect(prepared).toBeGreaterThan(cases.length / 3);
  });

  it.each([
    ['quantiles', { clip: { kind: 'quantile' } }],
    ['Box-Cox and a difference', { transform: { kind: 'boxCox' }, difference: 1 }],
    [
      'lags and rolling values',
      { lags: [3], rolling: [{ rows: 4, statistic: 'deviation' }], transform: { kind: 'log' } },
    ],
  ])('nothing is learned from the test part: %s', (_, more) => {
    const experiment = experimentOf([
      day,
      { ...y, ...more },
      { name: 'c', role: 'feature', encoding: 'oneHot' },
    ]);
    const c = range(0, 60).map((i) => `c${i % 3}`);
    const changed = makeTable({
      day: days(60),
      y: range(0, 60).map((i) => (i < 52 ? wave(i) : 1000 + i)),
      c: c.map((text, i) => (i < 52 ? text : 'new')),
    });
    const learned = (table: Table) => {
      const { inputs, targets } = fitPreparation(experiment, table);
      return { inputs, targets };
    };
    expect(learned(changed)).toEqual(learned(tableOf(60, { c })));
  });
});

describe('a file to predict on is prepared as the training file was', () => {
  const ahead = [day, y, { name: 'promo', role: 'feature', known: 'future' }];
  const promo = range(0, 60).map((i) => i % 7);

  it('shows what is known ahead of rows that hold nothing else', () => {
    const experiment = experimentOf(ahead, { horizon: 2 });
    const preparation = fitPreparation(experiment, tableOf(60, { promo }));
    const values = range(0, 20).map((i) => (i < 17 ? wave(i) : null));
    const file = makeTable({ day: days(20), y: values, promo: promo.slice(0, 20) });
    const prepared = prepareInputs(experiment, file, preparation);
    expect(prepared.inputs.features).toEqual(['y', 'promo', 'promo+2']);
    // Three rows tell what is known ahead: the window ends before them.
    expect(prepared.samples.origin(0)).toMatchObject({ firstRow: 15, lastRow: 17 });
    const data = prepareData(experiment, tableOf(60, { promo }), preparation);
    const same = range(0, data.train.count).find((sample) => data.train.origin(sample).firstRow === 15) ?? -1;
    const [shown] = readSamples({ ...data, ...prepared }, prepared.samples, [0]);
    const [trained] = readSamples(data, data.train, [same]);
    expect(shown?.x).toEqual(trained?.x);
    // Without such rows, the last ones are taken for the predicted steps.
    const full = prepareInputs(experiment, tableOf(20, { promo: promo.slice(0, 20) }), preparation);
    expect(full.samples.origin(0)).toMatchObject({ firstRow: 16, lastRow: 18 });
  });

  it('refuses too few rows that are known ahead', async () => {
    const experiment = experimentOf(ahead, { horizon: 2 });
    const preparation = fitPreparation(experiment, tableOf(60, { promo }));
    const file = makeTable({
      day: days(10),
      y: range(0, 10).map((i) => (i < 9 ? i : null)),
      promo: promo.slice(0, 10),
    });
    expect(await sentenceOf(() => prepareInputs(experiment, file, preparation))).toBe(
      '1 row tells what is known ahead; 2 are predicted (test.csv). Give 2 rows after the last known one, with the columns that are known ahead.',
    );
  });

  it.each([
    ['differences and lags', [day, { ...y, difference: 2, lags: [5], transform: { kind: 'log' } }], {}],
    ['a mask', [day, y, { name: 'x', role: 'feature' }], { missing: 'mask' }],
    ['hashes', [day, y, { name: 'c', role: 'feature', encoding: 'hash', buckets: 5 }], {}],
    ['a calendar', [{ ...day, calendar: ['weekday', 'dayOfMonth'] }, y], {}],
    ['periods', [day, y], { resample: { every: 2, unit: 'day' }, window: 2 }],
    ['every second row', [day, y], { samplingRate: 2 }],
  ])('the same windows come out: %s', (_, columns, data) => {
    const experiment = experimentOf(columns, {
      split: { kind: 'time', train: 0.9, validation: 0, gap: 0 },
      ...data,
    });
    const file = (rows: number) =>
      tableOf(rows, {
        x: range(0, rows).map((i) => (i % 6 === 5 ? null : i)),
        c: range(0, rows).map((i) => `c${i % 9}`),
      });
    const table = file(60);
    const preparation = preparationSchema.parse(
      JSON.parse(JSON.stringify(fitPreparation(experiment, table))),
    );
    const prepared = prepareData(experiment, table, preparation);
    for (const rows of [29, 31]) {
      const inputs = prepareInputs(experiment, file(rows), preparation);
      const { firstRow, lastRow } = inputs.samples.origin(0);
      expect(lastRow).toBe(rows);
      const same =
        range(0, prepared.train.count).find((i) => prepared.train.origin(i).firstRow === firstRow) ?? -1;
      const [a] = readSamples({ ...prepared, ...inputs }, inputs.samples, [0]);
      const [b] = readSamples(prepared, prepared.train, [same]);
      expect(difference([a?.x, a?.tokens], [b?.x, b?.tokens])).toBe(0);
    }
  });
});

describe('leakage', () => {
  const found = (experiment: Experiment, table: Table): string[] =>
    fitPreparation(experiment, table)
      .leakage.filter((check) => check.found)
      .map(({ detail }) => detail);
  const safe = { split: { kind: 'time' } };

  it('reports every check, also those that find nothing', () => {
    const { leakage, warnings } = fitPreparation(experimentOf([day, y], safe), tableOf(60));
    expect(leakage).toHaveLength(5);
    expect(leakage.every((check) => !check.found)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('finds the target in another unit', () => {
    const table = tableOf(80, { fahrenheit: range(0, 80).map((i) => 32 + 1.8 * wave(i)) });
    const columns = [day, { ...y, role: 'target' }, { name: 'fahrenheit', role: 'feature' }];
    expect(found(experimentOf(columns, safe, { task: 'regress' }), table)).toEqual([
      'Leak: column "fahrenheit" moves with the target "y" almost exactly.',
    ]);
  });

  it('finds the target among what is said to be known ahead', () => {
    const table = tableOf(80, { plan: range(0, 80).map((i) => 2 * wave(i)) });
    const columns = [day, y, { name: 'plan', role: 'feature', known: 'future' }];
    expect(found(experimentOf(columns, safe), table)).toEqual([
      'Leak: column "plan" moves with the target "y" almost exactly.',
    ]);
  });

  it('finds samples that occur in two parts', () => {
    const table = makeTable({
      s: range(0, 40).flatMap((s) => [`s${s}`, `s${s}`]),
      y: range(0, 80).map((i) => (i % 20) ** 2),
    });
    const columns = [
      { name: 's', role: 'series' },
      { ...y, role: 'feature' },
      { name: 'y2', role: 'target' },
    ];
    const doubled: Table = {
      ...table,
      columns: [...table.columns, { ...(table.columns[1] as Table['columns'][number]), name: 'y2' }],
    };
    const experiment = experimentOf(
      columns,
      { sequence: 'whole', split: { kind: 'random' } },
      { task: 'regress' },
    );
    expect(
      found(experiment, doubled).some((text) =>
        /^\d of 6 validation samples equals? a training sample/.test(text),
      ),
    ).toBe(true);
  });

  it('warns of parts side by side in a split by a column', () => {
    const table = tableOf(60, { part: range(0, 60).map((i) => (i < 40 ? 'train' : 'test')) });
    const columns = [day, y, { name: 'part', role: 'split' }];
    expect(found(experimentOf(columns, { split: { kind: 'column' } }), table)).toEqual([
      'Parts of the split follow one another within a series 1 time with fewer than window + horizon - 1 = 3 rows between; the first windows of the later part resemble the last ones of the earlier.',
    ]);
  });
});

describe('little data', () => {
  it.each([
    ['ten rows of a series', tableOf(10)],
    ['ten rows without a time', makeTable({ y: range(0, 10).map(wave) })],
    [
      'a label for each of ten rows',
      makeTable({ x: range(0, 10).map(wave), c: range(0, 10).map((i) => (i % 2 === 0 ? 'a' : 'b')) }),
    ],
    [
      'one series of many',
      makeTable({ s: range(0, 12).map(() => 'only'), day: days(12), y: range(0, 12).map(wave) }),
    ],
  ])('%s can be trained on as proposed', (_, table) => {
    const { experiment } = proposeExperiment(profileTable(table));
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    expect(data.train.count).toBeGreaterThan(0);
    expect(readSamples(data, data.train, [0])).toHaveLength(1);
  });

  it('trains on a single class, and says that there is but one', () => {
    const table = makeTable({ x: range(0, 30).map(wave), c: range(0, 30).map(() => 'same') });
    const experiment = experimentOf(
      [
        { name: 'x', role: 'feature' },
        { name: 'c', role: 'target', encoding: 'label' },
      ],
      { sampling: 'over' },
      { task: 'classify', training: { loss: { kind: 'crossEntropy' } } },
    );
    const data = prepareData(experiment, table, fitPreparation(experiment, table));
    expect(data.outputs.classes).toEqual(['same']);
    expect(data.train.count).toBeGreaterThan(0);
  });
});
