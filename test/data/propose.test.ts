import { describe, expect, it } from 'vitest';
import { assertDefined } from '../../engine/base/errors.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { profileTable } from '../../engine/data/profile.ts';
import { type ProposalWishes, proposeExperiment } from '../../engine/data/propose.ts';
import type { Table } from '../../engine/data/table.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import { days, makeTable, range, sentenceOf } from './make-table.ts';

const weather = await readTable(
  new URL('../../resources/samples/seattle-weather.csv', import.meta.url).pathname,
);

/** Proposes, and prepares what was proposed: a proposal must always run. */
function propose(table: Table, wishes: ProposalWishes = {}) {
  const { experiment, reasons } = proposeExperiment(profileTable(table), wishes);
  const preparation = fitPreparation(experiment, table);
  const prepared = prepareData(experiment, table, preparation);
  const roles = Object.fromEntries(
    experiment.data.columns.map(({ name, role, encoding }) => [
      name,
      encoding === 'numeric' ? role : `${role}:${encoding}`,
    ]),
  );
  for (const { subject, choice, reason } of reasons) {
    expect(`${subject}${choice}`).not.toBe('');
    expect(reason).toMatch(/^[A-Z0-9].*\.$/);
  }
  return { experiment, reasons, preparation, prepared, roles };
}

describe('a sensible experiment from the data alone', () => {
  it('forecasts the sample: daily weather', () => {
    const { experiment, roles, prepared, preparation } = propose(weather);
    expect(experiment).toMatchObject({
      name: 'seattle-weather',
      task: 'forecast',
      data: { window: 28, horizon: 7, missing: 'error', split: { kind: 'time' } },
      model: { layers: [{ units: 48 }], readout: 'last' },
      training: { loss: { kind: 'meanSquaredError' }, optimizer: { kind: 'adam' } },
    });
    expect(roles).toEqual({
      date: 'time',
      precipitation: 'feature',
      temp_max: 'featureAndTarget',
      temp_min: 'feature',
      wind: 'feature',
      weather: 'feature:oneHot',
    });
    expect(prepared.inputs.features).toContain('weather=sun');
    expect(preparation.warnings).toEqual([]);
    expect(preparation.rows.read).toBe(1461);
  });

  it('takes the target that is asked for', () => {
    const { experiment, roles } = propose(weather, { targets: ['weather'] });
    expect(experiment.task).toBe('classify');
    expect(roles.weather).toBe('target:label');
    expect(experiment.training.loss.kind).toBe('crossEntropy');
    const two = propose(weather, { targets: ['temp_max', 'wind'], task: 'forecast' });
    expect(two.prepared.outputs.targets.slice(0, 3)).toEqual(['temp_max+1', 'wind+1', 'temp_max+2']);
  });

  it('finds series by times that repeat', () => {
    const table = makeTable({
      date: [...days(90), ...days(80)],
      shop: [...range(0, 90).map(() => 'a'), ...range(0, 80).map(() => 'b')],
      sales: range(0, 170).map((i) => 10 + Math.sin(i / 4)),
    });
    const { experiment, roles } = propose(table);
    expect(roles).toEqual({ date: 'time', shop: 'series', sales: 'featureAndTarget' });
    expect(experiment.data.perSeries).toBe(true);
  });

  it('classifies whole series by their label', () => {
    const names = range(0, 40).flatMap((i) => range(0, 5 + (i % 4)).map(() => i));
    const table = makeTable({
      id: names,
      step: names.map((name, row) => row - names.indexOf(name)),
      x: names.map((name, row) => name + Math.sin(row)),
      label: names.map((name) => (name % 2 === 0 ? 'even' : 'odd')),
    });
    const { experiment, roles, prepared } = propose(table);
    expect(experiment).toMatchObject({
      task: 'classify',
      data: { sequence: 'whole', split: { kind: 'random' } },
    });
    expect(roles).toEqual({ id: 'series', step: 'time', x: 'feature', label: 'target:label' });
    expect(prepared.train.count).toBe(28);
    expect(prepared.outputs).toMatchObject({ classes: ['even', 'odd'], rows: 'batch' });
  });

  it('tags every step where the label changes within series', () => {
    const names = range(0, 30).flatMap((i) => range(0, 12).map(() => `sentence ${i}`));
    const table = makeTable({
      sentence_id: names,
      word: names.map((_, row) => `w${(row * 7) % 40}`),
      tag: names.map((_, row) => ['N', 'V', 'A'][(row * row) % 3] ?? ''),
    });
    const { experiment, roles, prepared } = propose(table);
    expect(experiment).toMatchObject({
      task: 'tag',
      model: { readout: 'every', layers: [{ bidirectional: true }] },
    });
    expect(roles).toEqual({ sentence_id: 'series', word: 'feature:embedding', tag: 'target:label' });
    expect(prepared.outputs.rows).toBe('sequence');
  });

  it('states what it does about gaps, repeated times, typos and columns that tell nothing', () => {
    const count = 120;
    const table: Table = makeTable({
      date: days(count).map((day, i) => (i === 50 ? '2024-02-19' : day)),
      price: range(0, count).map((i) => (i === 20 ? null : Math.sin(i / 5))),
      same: range(0, count).map(() => 3),
      number: range(1, count + 1),
      note: range(0, count).map((i) => `text ${i}`),
    });
    const { experiment, roles, reasons } = propose(table);
    expect(experiment.data).toMatchObject({ missing: 'forward', duplicates: 'mean' });
    expect(roles).toEqual({
      date: 'time',
      price: 'featureAndTarget',
      same: 'ignore',
      number: 'ignore',
      note: 'ignore',
    });
    const said = reasons.map(({ subject, choice, reason }) => `${subject}: ${choice}: ${reason}`);
    expect(said).toContain(
      'missing values: forward: 1 cell holds nothing (first: row 21, column "price"); the last value before is repeated, which uses nothing from later.',
    );
    expect(said).toContain(
      'repeated times: mean: 1 row has the time of another one and no column tells them apart; they are averaged.',
    );
    expect(said).toContain('ignored: same: It is the same in every row.');
    expect(said).toContain('ignored: number: It only numbers the rows.');
  });

  it.each([
    ['every hour', 3_600_000, 'hourly', 48, 24],
    ['every ten minutes', 600_000, 'every 10 minutes', 24, 1],
    ['every week', 604_800_000, 'weekly', 26, 4],
  ])('takes the window from the frequency: %s', (_, step, name, window, horizon) => {
    const count = 800;
    const time = {
      name: 'when',
      type: 'time' as const,
      values: Float64Array.from(range(0, count), (i) => i * step),
      format: 'datetime' as const,
      pattern: null,
    };
    const made = makeTable({ v: range(0, count).map((i) => Math.sin(i / 7)) });
    const table = { ...made, columns: [time, ...made.columns] };
    expect(profileTable(table).time).toMatchObject({ frequency: name, gaps: 0, duplicates: 0 });
    expect(propose(table).experiment.data).toMatchObject({ window, horizon });
  });

  it('knows months, years and gaps', () => {
    const months = range(0, 60).map((i) => new Date(Date.UTC(2000, i, 1)).toISOString().slice(0, 10));
    expect(profileTable(makeTable({ d: months, v: range(0, 60) })).time).toMatchObject({
      frequency: 'monthly',
      gaps: 0,
    });
    expect(profileTable(makeTable({ year: range(1700, 1800), v: range(0, 100) })).time?.frequency).toBe(
      'yearly',
    );
    const holes = days(60).filter((_, i) => i % 20 !== 7);
    expect(profileTable(makeTable({ d: holes, v: range(0, holes.length) })).time).toMatchObject({
      frequency: 'daily',
      gaps: 3,
    });
  });

  it('works with a dozen rows', () => {
    const { prepared } = propose(makeTable({ day: days(15), v: range(0, 15).map((i) => i * i) }));
    expect(
      [prepared.train.count, prepared.validation.count, prepared.test.count].every((count) => count > 0),
    ).toBe(true);
  });

  it('refuses what cannot be', async () => {
    const profile = profileTable(weather);
    expect(await sentenceOf(() => proposeExperiment(profile, { targets: ['nope'] }))).toBe(
      'There is no column "nope" to predict (seattle-weather.csv). The columns are "date", "precipitation", "temp_max", "temp_min", "wind", "weather".',
    );
    expect(
      await sentenceOf(() => proposeExperiment(profile, { targets: ['weather'], task: 'regress' })),
    ).toBe(
      'Column "weather" holds text and cannot be a number (seattle-weather.csv, column "weather"). Choose another target or another task.',
    );
    expect(await sentenceOf(() => proposeExperiment(profileTable(makeTable({ a: [1] }))))).toBe(
      'One row is no sequence (test.csv). A model learns from rows that follow one another; give it at least a few dozen.',
    );
    expect(await sentenceOf(() => proposeExperiment(profileTable(makeTable({ d: days(30) }))))).toBe(
      'There is no column to predict (test.csv). The file needs at least one column of values beside those for time, series and split.',
    );
    expect(
      await sentenceOf(() =>
        proposeExperiment(profileTable(makeTable({ d: days(30), y: days(30).map(() => null) })), {
          targets: ['y'],
        }),
      ),
    ).toBe('The target "y" has no values at all (test.csv, column "y"). Choose another column to predict.');
  });
});

describe('polyphonic music, as a table of switches', () => {
  const music = (() => {
    const names = range(0, 24).flatMap((i) => range(0, 10 + (i % 5)).map(() => i));
    const keys = range(0, 6).map(
      (key) => [`key${key}`, names.map((name, row) => ((name + row * key) % 3 === 0 ? 1 : 0))] as const,
    );
    return makeTable({
      series: names,
      split: names.map((name) => (name < 16 ? 'train' : name < 20 ? 'validation' : 'test')),
      step: names.map((name, row) => row - names.indexOf(name)),
      ...Object.fromEntries(keys),
    });
  })();

  it('is next-step prediction with the setting that is known to do well', () => {
    const { experiment, prepared, roles } = propose(music);
    expect(experiment).toMatchObject({
      task: 'next',
      data: {
        sequence: 'whole',
        firstStep: 'zeros',
        normalize: 'none',
        split: { kind: 'column', train: ['train'], validation: ['validation'], test: ['test'] },
      },
      model: { layers: [{ units: 46, bidirectional: false }], readout: 'every' },
      training: {
        loss: { kind: 'binaryCrossEntropy' },
        lossReduction: 'sumOutputs',
        optimizer: { kind: 'rmsprop', alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false },
        learningRate: 0.003,
        batchSize: 16,
        clipping: { kind: 'globalNorm', threshold: 1 },
        earlyStopping: { restoreBest: true },
      },
    });
    expect(assertDefined(roles.key0, 'role')).toBe('featureAndTarget:binary');
    expect([prepared.train.count, prepared.validation.count, prepared.test.count]).toEqual([16, 4, 4]);
    expect(prepared.train.length(3)).toBe(13);
  });
});
