import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceSchema } from '../../engine/contract/source.ts';
import { fitPreparation } from '../../engine/data/fit.ts';
import { prepareData } from '../../engine/data/prepare.ts';
import { createBatch } from '../../engine/data/prepared.ts';
import { cellText } from '../../engine/data/table.ts';
import { statSource, withSource } from '../../main/platform/formats/open-source.ts';
import { withDatabase } from '../../main/platform/tables/database.ts';
import { createSpillingRows } from '../../main/platform/tables/disk-rows.ts';
import { importSource } from '../../main/platform/tables/import-source.ts';
import { loadColumns } from '../../main/platform/tables/load-table.ts';
import { makeExperiment, range, temporaryFolder } from './make-table.ts';

const folder = await temporaryFolder();
const rows = 3000;
const content = `t,a,b,kind,c\n${range(0, rows)
  .map((i) => `${i},${Math.sin(i)},${i % 7 === 0 ? '' : i * 0.5},${['x', 'y', 'z'][i % 3]},${Math.cos(i)}`)
  .join('\n')}\n`;
const file = await folder.write('spill.csv', content);

/** @param limit bytes of numbers that stay in memory. */
async function load(limit: number | null) {
  const config = sourceSchema.parse({});
  return withSource(file, await statSource(file), config, {}, (source, context) =>
    withDatabase({ path: null }, async (connection) => {
      const { columns } = await importSource(connection, source, config, context, 'spill');
      const spill = limit === null ? null : { folder: folder.path, limit };
      return loadColumns(connection, 'spill', columns, rows, basename(file), null, spill);
    }),
  );
}

const experiment = makeExperiment(
  { t: 'time', a: 'feature', b: 'feature', kind: 'feature:oneHot', c: 'featureAndTarget' },
  { window: 12, horizon: 2, missing: 'interpolate' },
);

describe('data larger than memory', () => {
  it('has the same cells from a file, and leaves nothing in the folder', async () => {
    const [memory, disk] = [await load(null), await load(30_000)];
    for (const [i, column] of memory.columns.entries()) {
      const spilled = disk.columns[i];
      expect(spilled?.name).toBe(column.name);
      if (spilled === undefined) continue;
      const shown = range(0, rows).map((row) => cellText(spilled, row));
      expect(shown).toEqual(range(0, rows).map((row) => cellText(column, row)));
    }
    expect(await readdir(folder.path)).toEqual(['spill.csv']);
  });

  it('makes the same batches', async () => {
    const [memory, disk] = [await load(null), await load(30_000)];
    const preparation = fitPreparation(experiment, disk);
    expect(preparation).toEqual(fitPreparation(experiment, memory));
    const plain = prepareData(experiment, memory, preparation);
    const spilled = prepareData(experiment, disk, preparation, createSpillingRows(folder.path, 0));
    expect(await readdir(folder.path)).toEqual(['spill.csv']);
    for (const part of ['train', 'validation', 'test'] as const) {
      expect(spilled[part].count).toBe(plain[part].count);
      expect(plain[part].count).toBeGreaterThan(100);
      const samples = Int32Array.from(range(0, 64), (i) => (i * 37) % plain[part].count);
      const batches = [plain, spilled].map((data) => {
        const batch = createBatch(data.inputs, data.outputs, { timesteps: data[part].longest, batch: 64 });
        data[part].fill(samples, batch);
        return batch;
      });
      expect(batches[1]).toEqual(batches[0]);
    }
  });
});
