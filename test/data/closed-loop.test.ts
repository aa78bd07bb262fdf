import { describe, expect, it } from 'vitest';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData, prepareInputs } from '../../engine/data/prepare.ts';
import type { PreparedData, SampleSet } from '../../engine/data/prepared.ts';
import type { Table } from '../../engine/data/table.ts';
import { days, makeExperiment, makeTable, range, sentenceOf } from './make-table.ts';
import { difference, readSamples } from './read-samples.ts';

const count = 90;
const y = range(0, count).map((i) => 20 + i / 4 + 7 * Math.sin(i / 2) + ((i * 37) % 11) / 5);
const switched = range(0, count).map((i) => ((i * i) % 3 === 1 ? 1 : 0));

function tableOf(rows: number): Table {
  return makeTable({
    day: days(rows),
    y: y.slice(0, rows),
    on: switched.slice(0, rows),
    size: range(0, rows).map(() => 4.5),
  });
}

function experimentOf(column: object, data: object, more: readonly object[] = [], task = 'forecast') {
  const experiment = makeExperiment(
    {},
    { window: 5, split: { kind: 'time', train: 0.5, validation: 0, gap: 0 }, ...data },
    { task },
  );
  const columns = [{ name: 'y', role: 'featureAndTarget', encoding: 'numeric', ...column }, ...more];
  return { ...experiment, data: { ...experiment.data, columns } } as typeof experiment;
}

/** The sample that ends with a row, in whatever part. */
function endingAt(data: PreparedData, row: number): readonly [SampleSet, number] {
  for (const set of [data.train, data.validation, data.test]) {
    for (let sample = 0; sample < set.count; sample++) {
      if (set.origin(sample).lastRow === row) return [set, sample];
    }
  }
  throw new Error(`no sample ends with row ${row}`);
}

const day = (more: object = {}) => ({ name: 'day', role: 'time', encoding: 'numeric', ...more });

describe('a closed loop that is fed the truth makes the inputs of the longer file', () => {
  it.each([
    ['as it is', experimentOf({}, { horizon: 2 }, [day()])],
    ['logarithm', experimentOf({ transform: { kind: 'log', offset: 1 } }, { horizon: 3 }, [day()])],
    [
      'difference over fewer rows than are predicted',
      experimentOf({ difference: 2 }, { horizon: 5 }, [day()]),
    ],
    [
      'seasonal difference of Box-Cox',
      experimentOf({ difference: 7, transform: { kind: 'boxCox', offset: 0 } }, { horizon: 3 }, [day()]),
    ],
    [
      'lags and rolling statistics',
      experimentOf(
        {
          lags: [1, 4, 6],
          rolling: [
            { rows: 3, statistic: 'mean' },
            { rows: 4, statistic: 'deviation' },
          ],
          transform: { kind: 'log', offset: 2 },
          difference: 1,
        },
        { horizon: 2 },
        [day()],
      ),
    ],
    [
      'clipped inputs',
      experimentOf(
        { clip: { kind: 'quantile', low: 0.1, high: 0.8 } },
        { horizon: 1, split: { kind: 'time', train: 0.4, validation: 0, gap: 0 } },
        [day()],
      ),
    ],
    ['calendar', experimentOf({}, { horizon: 2 }, [day({ calendar: ['weekday', 'month', 'weekend'] })])],
    [
      'calendar of a resampled file',
      experimentOf({}, { horizon: 2, resample: { every: 1, unit: 'day' } }, [
        day({ calendar: ['dayOfMonth'] }),
      ]),
    ],
    [
      'static columns',
      experimentOf({}, { horizon: 1 }, [
        day(),
        { name: 'size', role: 'feature', encoding: 'numeric', known: 'static' },
      ]),
    ],
    ['the next step', experimentOf({ difference: 1 }, { stride: 1 }, [day()], 'next')],
    ['every second row', experimentOf({}, { horizon: 1, samplingRate: 2 }, [day({ calendar: ['weekday'] })])],
  ])('%s', (_, experiment) => {
    const table = tableOf(count);
    const preparation = fitPreparation(experiment, table);
    const data = prepareData(experiment, table, preparation);
    const pace = experiment.data.samplingRate;
    const steps = experiment.task === 'next' ? 1 : experiment.data.horizon;
    const from = 70;
    const loop = prepareInputs(experiment, tableOf(from), preparation);
    const sample = loop.samples.count - 1;
    expect(loop.samples.origin(sample).lastRow).toBe(from);
    const grown = loop.closedLoop().begin(sample);
    for (let call = 0; call < 3; call++) {
      const row = from + call * steps * pace;
      const [set, at] = endingAt(data, row);
      const [truth] = readSamples(data, set, [at]);
      const rowsOfTargets = experiment.task === 'next' ? truth?.y.at(-1) : truth?.y;
      const targets = rowsOfTargets as number[];
      const { features, values } = grown.next(targets);
      const later = prepareInputs(experiment, tableOf(row + steps * pace), preparation);
      const [longer] = readSamples({ ...data, ...later }, later.samples, [later.samples.count - 1]);
      const width = data.inputs.features.length;
      const rows = range(0, steps).map((step) =>
        Array.from(features.subarray(step * width, (step + 1) * width)),
      );
      expect(difference(rows, longer?.x.slice(-steps))).toBeLessThan(1e-5);
      const expected = range(1, steps + 1).map((step) => y[row - 1 + step * pace]);
      if (experiment.data.columns.some(({ clip }) => clip !== undefined)) continue;
      expect(difference(Array.from(values), expected)).toBeLessThan(1e-5);
    }
  });

  it('feeds back the likelier of two values', () => {
    const experiment = makeExperiment(
      { on: 'featureAndTarget:binary' },
      { window: 3, split: { kind: 'time', gap: 0 } },
      { training: { loss: { kind: 'binaryCrossEntropy' } } },
    );
    const table = tableOf(60);
    const inputs = prepareInputs(experiment, table, fitPreparation(experiment, table));
    const { features, values } = inputs.closedLoop().begin(0).next([0.7]);
    expect([features[0], values[0]]).toEqual([1, 0.7]);
  });

  it('is refused where an input is unknown in the future', async () => {
    const table = tableOf(60);
    const open = makeExperiment(
      { y: 'featureAndTarget', on: 'feature' },
      { window: 3, split: { kind: 'time', gap: 0 } },
    );
    const inputs = prepareInputs(open, table, fitPreparation(open, table));
    expect(await sentenceOf(() => inputs.closedLoop())).toBe(
      'A forecast beyond the data needs every input to be predicted too (data.columns: "on"). Give every input column the role "featureAndTarget", or forecast with a longer data.horizon.',
    );
    const sampled = experimentOf({ difference: 1 }, { samplingRate: 2 }, [day()]);
    const rows = prepareInputs(sampled, table, fitPreparation(sampled, table));
    expect(await sentenceOf(() => rows.closedLoop())).toContain('data.samplingRate');
  });
});
