import { z } from 'zod';
import { type Experiment, experimentSchema } from '../../../engine/contract/experiment.ts';
import { joinPath, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';

const queueSchema = z.strictObject({
  /** Runs that wait for their turn, in order; an experiment of null goes on with a run that exists. */
  waiting: z.array(
    z.strictObject({
      run: z.string(),
      created: z.iso.datetime(),
      experiment: experimentSchema.nullable(),
    }),
  ),
});

export interface WaitingRun {
  readonly run: string;
  readonly created: string;
  readonly experiment: Experiment | null;
}

const queueKind: JsonFileKind<z.infer<typeof queueSchema>> = {
  name: 'queue',
  version: 1,
  schema: queueSchema,
  migrations: {},
};

/** The queue of a project, queue.json: what was asked for is not lost with the process. */
export async function readQueue(platform: StorePlatform, folder: string): Promise<WaitingRun[]> {
  const stored = await readJsonFile(platform.files, joinPath(folder, 'queue.json'), queueKind);
  return stored?.waiting ?? [];
}

export async function writeQueue(
  platform: StorePlatform,
  folder: string,
  waiting: readonly WaitingRun[],
): Promise<void> {
  await writeJsonFile(platform.files, joinPath(folder, 'queue.json'), queueKind, { waiting: [...waiting] });
}
