import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { createBatch } from '../../engine/data/prepared.ts';
import { profileTable } from '../../engine/data/profile.ts';
import { proposeExperiment } from '../../engine/data/propose.ts';
import { readTable } from '../../main/platform/tables/read-table.ts';

/** JSB Chorales (Boulanger-Lewandowski et al. 2012) with its published split; too large to be kept here. */
const file = new URL('../../../shared/data/jsb_chorales.csv', import.meta.url).pathname;

it.skipIf(!existsSync(file))('JSB Chorales: 229, 76 and 77 whole sequences of 88 keys', async () => {
  const table = await readTable(file);
  const { experiment } = proposeExperiment(profileTable(table));
  expect(experiment).toMatchObject({
    task: 'next',
    model: { layers: [{ units: 46 }] },
    data: { split: { kind: 'column' } },
  });
  const data = prepareData(experiment, table, fitPreparation(experiment, table));
  expect([data.train.count, data.validation.count, data.test.count]).toEqual([229, 76, 77]);
  expect(data.inputs.features).toEqual(Array.from({ length: 88 }, (_, key) => `key${key}`));
  // Frames of the published split: 13 807 + 4 602 + 4 725.
  const frames = [data.train, data.validation, data.test].map((set) => {
    let sum = 0;
    for (let sample = 0; sample < set.count; sample++) sum += set.length(sample);
    return sum;
  });
  expect(frames).toEqual([13_807, 4_602, 4_725]);
  const batch = createBatch(data.inputs, data.outputs, { timesteps: data.train.longest, batch: 2 });
  data.train.fill(Int32Array.from([0, 1]), batch);
  expect(batch.features.subarray(0, 2 * 88).every((value) => value === 0)).toBe(true);
  expect(batch.features.slice(2 * 88, 3 * 88)).toEqual(batch.targets.slice(0, 88));
  expect(batch.targets.subarray(0, 88).reduce((sum, value) => sum + value, 0)).toBeGreaterThan(0);
});
