import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Journal, readJournal } from '../../engine/store/journal.ts';
import { decodeJson, encodeJson, type JsonFileKind } from '../../engine/store/json-file.ts';
import { openProject, readProject, writeProject } from '../../engine/store/project.ts';
import { createRun, listRunIds, nextRunId, readRun, writeRun } from '../../engine/store/runs.ts';
import { Crash, MemoryFiles } from './memory-files.ts';
import { platformOf, recordOf } from './support.ts';

const identity = { name: 'sales', created: '2026-01-02T03:04:05.000Z', program: '0.1.0' };
const contents = { config: Uint8Array.of(1), preparation: Uint8Array.of(2) };

async function project(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await writeProject(platformOf(files), 'p', identity);
  return files;
}

describe('a project', () => {
  it('is read back, and a folder without one is said to be none', async () => {
    const files = await project();
    expect((await readProject(platformOf(files), 'p')).identity).toEqual(identity);
    await expect(readProject(platformOf(files), 'q')).rejects.toMatchObject({ code: 'store/not-a-project' });
  });

  it('appears with its identity or not at all, and a killed process leaves no lock', async () => {
    const dry = new MemoryFiles();
    await writeProject(platformOf(dry), 'p', identity);
    for (let at = 0; at < dry.writes; at++) {
      const files = new MemoryFiles();
      files.fault = { at, kind: 'torn' };
      await expect(writeProject(platformOf(files), 'p', identity)).rejects.toThrow(Crash);
      const found = await readProject(platformOf(files.afterKill()), 'p').catch((error) => error.code);
      expect(found === 'store/not-a-project' || found.identity.name === 'sales').toBe(true);
    }
  });

  it('of a newer program is refused with both versions', async () => {
    const files = await project();
    files.files.set('p/project.json', new TextEncoder().encode('{"version": 9}'));
    await expect(readProject(platformOf(files), 'p')).rejects.toMatchObject({
      code: 'store/newer-version',
      message: expect.stringMatching(/version 9.*up to 1/),
    });
  });

  it.each(['', '{', '[]', '{}', '{"version": "1"}', '{"version": 1, "name": 3}', '\u0000\u0001'])(
    'with the damaged identity %j is a sentence that names the file',
    async (text) => {
      const files = await project();
      files.files.set('p/project.json', new TextEncoder().encode(text));
      await expect(readProject(platformOf(files), 'p')).rejects.toMatchObject({
        code: 'store/damaged',
        where: 'p/project.json',
      });
    },
  );
});

describe('a run', () => {
  it('is created whole or not at all', async () => {
    const dry = await project();
    const start = dry.writes;
    await createRun(platformOf(dry), 'p', recordOf('run-001'), contents);
    for (let at = start; at < dry.writes; at++) {
      const files = await project();
      files.fault = { at, kind: 'torn' };
      await expect(createRun(platformOf(files), 'p', recordOf('run-001'), contents)).rejects.toThrow(Crash);
      const platform = platformOf(files.afterKill(), { 200: 'x' }, 200);
      const { close } = await openProject(platform, 'p');
      expect((await platform.files.list('p/runs')).filter((name) => name.startsWith('.'))).toEqual([]);
      for (const id of await listRunIds(platform, 'p')) {
        expect(await readRun(platform, 'p', id)).toEqual(recordOf(id));
        expect(await platform.files.read(`p/runs/${id}/preparation.json`)).toEqual(contents.preparation);
      }
      await close();
    }
  });

  it('gets the number after the last one', async () => {
    const platform = platformOf(await project());
    expect(await nextRunId(platform, 'p')).toBe('run-001');
    for (const id of ['run-001', 'run-002', 'run-010'])
      await createRun(platform, 'p', recordOf(id), contents);
    expect(await nextRunId(platform, 'p')).toBe('run-011');
    expect(await listRunIds(platform, 'p')).toEqual(['run-001', 'run-002', 'run-010']);
  });

  it('whose process died is interrupted, not running', async () => {
    const files = await project();
    const alive = platformOf(files, { 100: 'noon', 200: 'one' }, 100);
    const open = await openProject(alive, 'p');
    await createRun(alive, 'p', recordOf('run-001'), contents);
    await writeRun(alive, 'p', { ...recordOf('run-001'), status: 'running' });
    expect((await readRun(alive, 'p', 'run-001')).status).toBe('running');
    const later = platformOf(files, { 200: 'one' }, 200);
    expect((await readRun(later, 'p', 'run-001')).status).toBe('interrupted');
    await open.close();
  });

  it.each(['run-9', '../secret', '', 'run-001/..'])('named %j that there is not is said so', async (id) => {
    await expect(readRun(platformOf(await project()), 'p', id)).rejects.toMatchObject({
      code: 'store/no-run',
    });
  });

  it('keeps its record when the process dies while writing it', async () => {
    for (let step = 0; step < 4; step++) {
      const files = await project();
      await createRun(platformOf(files), 'p', recordOf('run-001'), contents);
      files.fault = { at: files.writes + step, kind: 'torn' };
      const changed = { ...recordOf('run-001'), status: 'done' as const };
      await writeRun(platformOf(files), 'p', changed).catch(() => undefined);
      const { status } = await readRun(platformOf(files.afterKill()), 'p', 'run-001');
      expect(['created', 'done']).toContain(status);
    }
  });
});

describe('a journal', () => {
  it('is cut back to the length a checkpoint remembers, torn line and all', async () => {
    const files = new MemoryFiles();
    await files.makeDirectory('p');
    const journal = await Journal.create(files, 'p/m.jsonl');
    await journal.add({ step: 1 });
    const length = await journal.sync();
    await journal.add({ step: 2 });
    await journal.flush();
    files.fault = { at: files.writes, kind: 'torn' };
    await journal.add({ step: 3 });
    await expect(journal.flush()).rejects.toThrow(Crash);
    const disk = files.afterKill();
    expect(await readJournal(disk, 'p/m.jsonl')).toEqual([{ step: 1 }, { step: 2 }]);
    const reopened = await Journal.reopen(disk, 'p/m.jsonl', length);
    await reopened.add({ step: 2, again: true });
    expect(await reopened.sync()).toBe((await disk.size('p/m.jsonl')) ?? 0);
    expect(await readJournal(disk, 'p/m.jsonl')).toEqual([{ step: 1 }, { step: 2, again: true }]);
  });
});

describe('a JSON file', () => {
  const kind: JsonFileKind<{ readonly width: number; readonly height: number }> = {
    name: 'box',
    version: 3,
    schema: z.strictObject({ width: z.number(), height: z.number() }),
    migrations: {
      1: ({ size, ...rest }) => ({ ...rest, width: size }),
      2: (old) => ({ ...old, height: 1 }),
    },
  };

  it('of an old version is migrated step by step', () => {
    const old = new TextEncoder().encode('{"version":1,"size":4}');
    expect(decodeJson(old, 'box.json', kind)).toEqual({ width: 4, height: 1 });
    const next = new TextEncoder().encode('{"version":2,"width":5}');
    expect(decodeJson(next, 'box.json', kind)).toEqual({ width: 5, height: 1 });
  });

  it('is written with the newest version', () => {
    const bytes = encodeJson(kind, { width: 1, height: 2 });
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({ version: 3, width: 1, height: 2 });
  });
});
