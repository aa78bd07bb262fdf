import { z } from 'zod';
import { experimentSchema } from '../../../engine/contract/experiment.ts';
import { sweepSchema, sweepViewSchema } from '../../../engine/contract/rpc/sweeps.ts';
import { joinPath, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';

const storedSchema = z.strictObject({
  id: z.string(),
  config: sweepSchema,
  /** What every trial is a change of. */
  experiment: experimentSchema,
  status: sweepViewSchema.shape.status,
  trials: sweepViewSchema.shape.trials,
});
export type StoredSweep = z.infer<typeof storedSchema>;
export type Trial = StoredSweep['trials'][number];

const sweepKind: JsonFileKind<StoredSweep> = {
  name: 'sweep',
  version: 1,
  schema: storedSchema,
  migrations: {},
};

/** The sweeps of a project: sweeps/<id>.json. */
export async function readSweeps(platform: StorePlatform, project: string): Promise<StoredSweep[]> {
  const folder = joinPath(project, 'sweeps');
  const names = (await platform.files.list(folder)).filter((name) => /^sweep-\d+\.json$/.test(name));
  const sweeps: StoredSweep[] = [];
  for (const name of names) {
    const sweep = await readJsonFile(platform.files, joinPath(folder, name), sweepKind);
    if (sweep !== null) sweeps.push(sweep);
  }
  return sweeps.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

export async function writeSweep(
  platform: StorePlatform,
  project: string,
  sweep: StoredSweep,
): Promise<void> {
  const folder = joinPath(project, 'sweeps');
  await platform.files.makeDirectory(folder);
  await writeJsonFile(platform.files, joinPath(folder, `${sweep.id}.json`), sweepKind, sweep);
}
