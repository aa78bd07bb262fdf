import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Experiment, experimentSchema } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { createBatch } from '../../engine/data/prepared.ts';
import type { Table } from '../../engine/data/table.ts';
import { exportJavascript } from '../../engine/export/javascript/module.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { predictionReader } from '../../engine/infer/point.ts';
import { resolveLoss } from '../../engine/model/loss.ts';
import { makeExperiment, makeTable } from '../data/make-table.ts';
import { randomWeights } from './support/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'gru-export-processing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = 60;
const wave = (row: number): number => 20 + 15 * Math.sin(row / 5) + (row % 7);
const cells = {
  shop: Array.from({ length: rows }, (_, row) => (row < 30 ? 'north' : 'south')),
  price: Array.from({ length: rows }, (_, row) => (row === 11 ? 400 : wave(row))),
  sales: Array.from({ length: rows }, (_, row) => 3 * wave(row + 2) + (row < 30 ? 0 : 500)),
  kind: Array.from({ length: rows }, (_, row) => ['a', 'b', 'c'][row % 3] ?? 'a'),
  color: Array.from({ length: rows }, (_, row) => ['red', 'green'][row % 2] ?? 'red'),
  open: Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 'no' : 'yes')),
};
const table: Table = makeTable(cells);

function experimentOf(columns: Readonly<Record<string, object>>, training: object): Experiment {
  const made = makeExperiment(
    {
      shop: 'series',
      price: 'feature',
      sales: 'featureAndTarget',
      kind: 'feature:oneHot',
      color: 'feature:embedding',
      open: 'feature:binary',
    },
    { window: 4, horizon: 2, perSeries: true, split: { kind: 'time' } },
    { task: 'forecast', training },
  );
  const list = made.data.columns.map((column) => ({ ...column, ...columns[column.name] }));
  return experimentSchema.parse({ ...made, data: { ...made.data, columns: list } });
}

let written = 0;

async function moduleOf(experiment: Experiment) {
  const preparation = fitPreparation(experiment, table);
  const data = prepareData(experiment, table, preparation);
  const model = describeModel(experiment, data.inputs, data.outputs);
  const weights = randomWeights(model, 3);
  const source = {
    model,
    weights,
    experiment,
    preparation,
    program: '0',
    run: 'run-001',
    record: null,
    data,
  };
  const place = join(folder, `model-${written++}.mjs`);
  for (const { path, bytes } of exportJavascript(source, 'model')) {
    if (path.endsWith('.mjs')) writeFileSync(place, bytes);
  }
  const module: {
    prepare?: (row: object, series?: string) => { features: number[]; tokens: number[] };
    interpret?: (outputs: ArrayLike<number>, series?: string) => Record<string, number>;
    predict: (sequence: object) => Float32Array;
  } = await import(pathToFileURL(place).href);
  return { module, data, model, experiment };
}

function rowOf(index: number): Record<string, string | number> {
  return Object.fromEntries(Object.entries(cells).map(([name, column]) => [name, column[index] ?? '']));
}

const columns = {
  price: { clip: { kind: 'quantile', high: 0.95 }, transform: { kind: 'boxCox' } },
  sales: { transform: { kind: 'log' } },
};

describe('the processing of a JavaScript module', () => {
  it.each([
    ['values', {}],
    ['quantiles', { loss: { kind: 'pinball', quantiles: [0.1, 0.5] } }],
    ['a mean and a deviation', { loss: { kind: 'gaussian' } }],
  ])('makes of rows and outputs what the program makes of them: %s', async (_, training) => {
    const { module, data, model, experiment } = await moduleOf(experimentOf(columns, training));
    const { prepare, interpret, predict } = module;
    if (prepare === undefined || interpret === undefined) return expect.unreachable('they are missing');
    const reader = predictionReader(resolveLoss(experiment.training.loss, model.outputs, []), model.outputs);
    const batch = createBatch(data.inputs, data.outputs, { timesteps: 4, batch: 1 });
    const width = data.inputs.features.length;
    for (let sample = 0; sample < data.train.count; sample += 5) {
      data.train.fill(Int32Array.of(sample), batch);
      const { firstRow, series } = data.train.origin(sample);
      const prepared = [0, 1, 2, 3].map((step) => prepare(rowOf(firstRow - 1 + step), series));
      prepared.forEach(({ features, tokens }, step) => {
        features.forEach((value, index) => {
          expect(value).toBeCloseTo(batch.features[step * width + index] ?? Number.NaN, 5);
        });
        expect(tokens).toEqual([batch.tokens[step]]);
      });
      const outputs = predict({
        features: prepared.flatMap(({ features }) => features),
        tokens: prepared.flatMap(({ tokens }) => tokens),
      });
      const read = new Float64Array(reader.columns.length);
      reader.read(outputs, 0, read);
      const named = interpret(outputs, series);
      expect(Object.keys(named)).toEqual(reader.columns);
      reader.targets.forEach(({ target, kind }, column) => {
        const { restore } = data.train;
        const mean = outputs[2 * target] ?? 0;
        const expected =
          kind === 'spread'
            ? (read[column] ?? 0) * Math.abs(restore.scale(sample, target, mean))
            : restore.value(sample, target, read[column] ?? 0);
        const theirs = named[reader.columns[column] ?? ''] ?? Number.NaN;
        expect(Math.abs(theirs / expected - 1), reader.columns[column]).toBeLessThan(1e-9);
      });
    }
  });

  it('refuses a row that it cannot read', async () => {
    const { module } = await moduleOf(experimentOf(columns, {}));
    expect(() => module.prepare?.({ ...rowOf(0), price: 'cheap' }, 'north')).toThrow(
      '"price" needs a number',
    );
    expect(() => module.prepare?.({ ...rowOf(0), open: 'maybe' }, 'north')).toThrow('neither "no" nor "yes"');
  });

  it.each([
    ['a lag', { price: { lags: [1] } }],
    ['a change over rows', { sales: { difference: 1 } }],
    ['a value that is known ahead', { price: { known: 'future' } }],
  ])('is left out where one row is not enough: %s', async (_, changed) => {
    const { module } = await moduleOf(experimentOf(changed, {}));
    expect(module.prepare).toBeUndefined();
    expect(module.interpret).toBeUndefined();
  });
});
