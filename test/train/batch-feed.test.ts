import { afterEach, describe, expect, it } from 'vitest';
import type { Experiment } from '../../engine/contract/experiment.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { type Batch, createBatch, type PreparedData } from '../../engine/data/prepared.ts';
import type { Table } from '../../engine/data/table.ts';
import { startThreadFeed, type ThreadFeed } from '../../main/platform/batches/thread-feed.ts';
import { createSpillingRows, rowsOf } from '../../main/platform/tables/disk-rows.ts';
import { makeExperiment, makeTable, range, sentenceOf, temporaryFolder } from '../data/make-table.ts';
import { runTraining } from './support.ts';

const folder = await temporaryFolder();
const rows = range(0, 400);
const series = makeTable({
  store: rows.map((i) => ['north', 'south', 'east'][Math.floor(i / 140)] ?? ''),
  a: rows.map((i) => (i % 11 === 0 ? null : Math.sin(i))),
  kind: rows.map((i) => ['x', 'y', 'z'][i % 3] ?? ''),
  label: rows.map((i) => ['no', 'yes'][i % 5 === 0 ? 1 : 0] ?? ''),
  b: rows.map((i) => Math.cos(i / 3) * 5),
});

const classes = { training: { loss: { kind: 'crossEntropy' } } };

const cases: Readonly<Record<string, { readonly experiment: Experiment; readonly table: Table }>> = {
  'a forecast of changes, with categories and gaps': {
    experiment: makeExperiment(
      { store: 'series', a: 'feature', kind: 'feature:oneHot', b: 'featureAndTarget' },
      { window: 9, horizon: 3, missing: 'mask' },
    ),
    table: series,
  },
  'windows of classes, some drawn more often': {
    experiment: makeExperiment(
      { store: 'series', a: 'feature', kind: 'feature:embedding', label: 'target:label' },
      { window: 7, stride: 7, missing: 'mean', sampling: 'over', split: { kind: 'random' } },
      { task: 'classify', ...classes },
    ),
    table: series,
  },
  'a tag for every row': {
    experiment: makeExperiment(
      { store: 'series', a: 'feature', kind: 'feature:hash', label: 'target:label' },
      { sequence: 'whole', missing: 'mean', maximumLength: 100, split: { kind: 'random', train: 0.7 } },
      { task: 'tag', ...classes },
    ),
    table: series,
  },
  'texts of different lengths': {
    experiment: makeExperiment(
      { text: 'feature:text', label: 'target:label' },
      { split: { kind: 'random' } },
      { task: 'classify', ...classes },
    ),
    table: makeTable({
      text: rows.map((i) => `word${i % 7} ${'and more '.repeat(i % 6)}`),
      label: rows.map((i) => ['no', 'yes'][i % 2] ?? ''),
    }),
  },
};

const open: ThreadFeed[] = [];
afterEach(async () => {
  for (const feed of open.splice(0)) await feed.close();
});

function load({ experiment, table }: { experiment: Experiment; table: Table }, limit: number): PreparedData {
  return prepareData(
    experiment,
    table,
    fitPreparation(experiment, table),
    createSpillingRows(folder.path, limit),
  );
}

function emptyBatch({ inputs, outputs, train }: PreparedData, batch: number): Batch {
  return createBatch(inputs, outputs, { timesteps: train.longest, batch });
}

function start({ train, ...data }: PreparedData, batch: number, recipe = train.recipe): ThreadFeed {
  const feed = recipe === undefined ? null : startThreadFeed(recipe, emptyBatch({ train, ...data }, batch));
  if (feed === null) throw new Error('only this thread can read the rows');
  open.push(feed);
  return feed;
}

/** The filled part: behind it lies what batches before left. */
function filled(batch: Batch, { inputs, outputs }: PreparedData) {
  const sequence = batch.timesteps * batch.batch;
  const rowsOut = outputs.rows === 'sequence' ? sequence : batch.batch;
  return {
    timesteps: batch.timesteps,
    batch: batch.batch,
    features: batch.features.slice(0, sequence * inputs.features.length),
    tokens: batch.tokens.slice(0, sequence * inputs.tokens.length),
    lengths: batch.lengths.slice(0, batch.batch),
    targets: batch.targets.slice(0, outputs.kind === 'labels' ? 0 : rowsOut * outputs.targets.length),
    labels: batch.labels.slice(0, outputs.kind === 'labels' ? rowsOut : 0),
    weights: batch.weights.slice(0, rowsOut),
  };
}

describe.each(Object.entries(cases))('the thread that assembles %s', (_, given) => {
  it.each([
    ['in memory', Number.POSITIVE_INFINITY],
    ['on disk', 0],
  ])('makes the batches that the set itself makes, its rows %s', async (_place, limit) => {
    const data = load(given, limit);
    const feed = start(data, 8);
    const [own, fed] = [emptyBatch(data, 8), emptyBatch(data, 8)];
    for (let first = 0; first < 40; first += 3) {
      const samples = Int32Array.from(range(0, 8 - (first % 4)), (i) => (first + i * 5) % data.train.count);
      feed.begin(samples);
      data.train.fill(samples, own);
      await feed.take(fed);
      expect(filled(fed, data)).toEqual(filled(own, data));
    }
  });
});

describe('training on batches of another thread', () => {
  it('ends in the same bits', async () => {
    const { experiment, table } = cases['a forecast of changes, with categories and gaps'] ?? {};
    if (experiment === undefined || table === undefined) throw new Error('no case');
    const short: Experiment = {
      ...experiment,
      model: {
        ...experiment.model,
        layers: experiment.model.layers.map((layer) => ({ ...layer, units: 4 })),
      },
      training: { ...experiment.training, epochs: 2, batchSize: 10 },
    };
    const data = load({ experiment: short, table }, 0);
    const plain = await runTraining({ experiment: short, data });
    const feed = start(data, 10);
    let begun = 0;
    let taken = 0;
    const counted = {
      begin: (samples: Int32Array) => {
        begun++;
        feed.begin(samples);
      },
      take: (into: Batch) => {
        taken++;
        return feed.take(into);
      },
    };
    const fed = await runTraining({ experiment: short, data, feed: counted });
    expect(fed.end.parameters).toEqual(plain.end.parameters);
    // All but the first of each epoch.
    expect(begun).toBe(fed.end.step - 2);
    expect(taken).toBe(begun);
  });

  it('says what keeps a batch from being assembled', async () => {
    const data = load(Object.values(cases)[0] ?? fail(), 0);
    const { recipe } = data.train;
    if (recipe === undefined) throw new Error('no recipe');
    const { inputs } = recipe.source;
    const { count, width } = inputs.features;
    const gone = rowsOf({ count, width, place: { descriptor: 99_999, folder: folder.path } });
    const feed = start(data, 4, {
      ...recipe,
      source: { ...recipe.source, inputs: { ...inputs, features: gone } },
    });
    feed.begin(Int32Array.of(1, 2));
    expect(await sentenceOf(() => feed.take(emptyBatch(data, 4)))).toMatch(/EBADF/);
  });
});

function fail(): never {
  throw new Error('no case');
}
