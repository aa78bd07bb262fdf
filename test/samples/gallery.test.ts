import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { profileTable } from '../../engine/data/profile.ts';
import { proposeExperiment } from '../../engine/data/propose.ts';
import { programRoot } from '../../main/platform/root.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';
import { assignKeys } from '../../main/services/config/assign.ts';
import { parseExperiment } from '../../main/services/config/parse.ts';
import { inEnglish, inGerman } from '../../main/services/samples/generators/texts.ts';
import { generators } from '../../main/services/samples/make-sample.ts';
import { findSample, listSamples, samplePath } from '../../main/services/samples/samples.ts';
import { sentenceOf } from '../data/make-table.ts';
import { runTraining } from '../train/support.ts';

const folder = join(programRoot(), 'resources', 'samples');
const samples = await listSamples();

function bytesOf(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

describe('the gallery', () => {
  it('says in SOURCES.md what samples.json says, and how large the files are', () => {
    const text = readFileSync(join(folder, 'SOURCES.md'), 'utf8');
    for (const { id, file, source, license, size } of samples) {
      expect(text).toContain(`| ${id} | ${file} |`);
      expect(text).toContain(`| ${source} | ${license} |`);
      expect(bytesOf(join(folder, file))).toBe(size);
    }
    expect(bytesOf(folder)).toBeLessThan(2_000_000);
    expect(Math.max(...samples.map(({ size }) => size))).toBeLessThan(300_000);
  });

  it.each(Object.entries(generators))('ships what the generator makes: %s', (id, { make, count }) => {
    const files = make(count, 1);
    expect(samples.some((sample) => sample.id === id)).toBe(true);
    for (const { path, bytes } of files) {
      expect(Buffer.compare(Buffer.from(bytes), readFileSync(join(folder, path)))).toBe(0);
    }
    expect(make(count + 4, 1)).not.toEqual(files);
    expect(make(10, 2)).not.toEqual(make(10, 1));
  });

  it('knows the numbers of both languages', () => {
    expect([inEnglish(205), inEnglish(9230), inEnglish(77)]).toEqual([
      'two hundred and five',
      'nine thousand two hundred and thirty',
      'seventy-seven',
    ]);
    expect([inGerman(205), inGerman(1121), inGerman(77), inGerman(2000)]).toEqual([
      'zweihundertfünf',
      'eintausendeinhunderteinundzwanzig',
      'siebenundsiebzig',
      'zweitausend',
    ]);
  });

  it('suggests the name that may have been meant', async () => {
    expect(await sentenceOf(() => findSample('sonets'))).toContain('Did you mean "sonnets"?');
  });
});

/** Steps that are enough to see a sample being learned, and by how much the loss has to fall. */
const bars: Readonly<Record<string, { readonly steps: number; readonly fall: number }>> = {
  weather: { steps: 12, fall: 0.85 },
  demand: { steps: 12, fall: 0.85 },
  stores: { steps: 300, fall: 0.85 },
  clicks: { steps: 40, fall: 0.9 },
  sessions: { steps: 12, fall: 0.99 },
  gestures: { steps: 12, fall: 0.85 },
  adding: { steps: 250, fall: 0.9 },
  intents: { steps: 12, fall: 0.85 },
  entities: { steps: 12, fall: 0.7 },
  sonnets: { steps: 12, fall: 0.9 },
  numbers: { steps: 12, fall: 0.9 },
  tones: { steps: 12, fall: 0.95 },
};

describe('a sample', () => {
  it.each(samples.map(({ id }) => id))(
    'is read, proposed for its task and learned: %s',
    async (id) => {
      const sample = await findSample(id);
      const { targets, task, settings } = sample;
      const table = await readTable(samplePath(sample));
      const proposal = proposeExperiment(profileTable(table), {
        task,
        ...(targets.length === 0 ? {} : { targets }),
      });
      expect(proposal.experiment.task).toBe(task);
      const { steps, fall } = bars[id] as { steps: number; fall: number };
      // Small, and with fast steps, so that a few of them tell.
      const experiment = parseExperiment(
        assignKeys(proposal.experiment, [
          ...settings,
          'model.layers.0.units=12',
          'model.layers.0.bidirectional=false',
          'training.batchSize=8',
          'training.learningRate=0.02',
          `training.steps=${steps}`,
          'training.earlyStopping=null',
        ]),
        id,
      );
      const preparation = fitPreparation(experiment, table);
      expect(
        preparation.rows.used + preparation.rows.dropped.reduce((sum, { count }) => sum + count, 0),
      ).toBe(preparation.rows.read);
      const data = prepareData(experiment, table, preparation);
      for (const set of [data.train, data.validation, data.test]) expect(set.count).toBeGreaterThan(0);
      const some = { ...data, validation: { ...empty, restore: data.train.restore } };
      const { events } = await runTraining({ experiment, data: some, backend: createReferenceBackend() });
      const losses = events.flatMap((event) =>
        event.event === 'step' && event.loss !== null ? [event.loss] : [],
      );
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(losses.length).toBe(steps);
      const share = Math.ceil(steps / 5);
      expect(mean(losses.slice(-share)) / mean(losses.slice(0, Math.ceil(share / 2)))).toBeLessThan(fall);
    },
    60_000,
  );
});

/** No validation: the steps alone are looked at. */
const empty = {
  count: 0,
  longest: 0,
  length: () => 0,
  fill: () => undefined,
  origin: () => ({ series: '', firstRow: 0, lastRow: 0, time: null }),
  streams: null,
};
