import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../engine/contract/events.ts';
import { newestCheckpoint } from '../../engine/store/checkpoints.ts';
import { type FileSystem, fileError } from '../../engine/store/file-system.ts';
import { listRunIds, readRun, runPaths } from '../../engine/store/runs.ts';
import { createHost } from '../../main/cli/host.ts';
import type { ServiceHost } from '../../main/services/host.ts';
import { initProject } from '../../main/services/projects/init-project.ts';
import { resumeRun } from '../../main/services/runs/resume-run.ts';
import { trainRun } from '../../main/services/runs/train-run.ts';
import { seriesCsv } from './support/command-line.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gru-disk-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const assignments = [
  'model.layers.0.units=4',
  'data.window=6',
  'data.horizon=1',
  'training.epochs=2',
  'training.checkpoints.everySteps=4',
];

/** This machine, on whose disk every write after the first `room` ones fails. */
function hostWithRoom(
  room: number,
  code: 'ENOSPC' | 'EROFS',
): { readonly host: ServiceHost; readonly used: () => number } {
  const real = createHost();
  let used = 0;
  const guarded =
    <Arguments extends [string, ...unknown[]], Result>(action: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
      used += 1;
      if (used <= room) return action(...args);
      throw fileError(Object.assign(new Error(code), { code }), 'write', args[0]);
    };
  const { files } = real.store;
  const limited: FileSystem = {
    ...files,
    write: guarded(files.write),
    append: guarded(files.append),
    create: guarded(files.create),
    makeDirectory: guarded(files.makeDirectory),
  };
  return { host: { ...real, store: { ...real.store, files: limited } }, used: () => used };
}

async function follow(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const seen: RunEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

const { signal } = new AbortController();

describe.each(['ENOSPC', 'EROFS'] as const)('a disk that takes nothing more (%s)', (code) => {
  it('stops a run with a sentence, keeps its last good checkpoint, and resuming ends in the same bits', async () => {
    const folder = join(scratch, code);
    writeFileSync(join(scratch, 'sales.csv'), seriesCsv(90));
    await initProject(createHost(), { folder, file: join(scratch, 'sales.csv'), targets: ['sales'] });
    const roomy = hostWithRoom(Number.POSITIVE_INFINITY, code);
    await follow(trainRun(roomy.host, { folder, assignments, signal }));
    const { store } = createHost();
    const expected = readFileSync(runPaths(folder, 'run-001').model);

    for (let room = 0; room < roomy.used(); room += 5) {
      const before = await listRunIds(store, folder);
      const { host } = hostWithRoom(room, code);
      const failure = await follow(trainRun(host, { folder, assignments, signal })).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        code: code === 'ENOSPC' ? 'store/disk-full' : 'store/read-only',
        hint: expect.stringMatching(/\S/),
      });
      const [run] = (await listRunIds(store, folder)).filter((id) => !before.includes(id));
      if (run === undefined) continue;
      // Space was made: every run that exists goes on to the same end.
      const { status } = await readRun(store, folder, run);
      expect(['created', 'interrupted', 'failed']).toContain(status);
      const { checkpoint, damaged } = await newestCheckpoint(store, runPaths(folder, run).checkpoints);
      expect(damaged).toEqual([]);
      if (checkpoint === null) {
        const refused = follow(resumeRun(createHost(), { folder, run, signal }));
        await expect(refused).rejects.toMatchObject({ code: 'store/no-checkpoint' });
        continue;
      }
      await follow(resumeRun(createHost(), { folder, run, signal }));
      expect(readFileSync(runPaths(folder, run).model).equals(expected)).toBe(true);
    }
  });
});
