import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAtomically } from '../../engine/store/file-system.ts';
import { createFileSystem } from '../../main/platform/files.ts';
import { createProcesses } from '../../main/platform/processes.ts';

const scratch = mkdtempSync(`${tmpdir()}/gru-files-`);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const files = createFileSystem();
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the file system of this machine', () => {
  it('makes folders with their parents, and minds no folder that is there', async () => {
    await files.makeDirectory(`${scratch}/a/b/c`);
    await files.makeDirectory(`${scratch}/a/b/c`);
    expect(await files.list(`${scratch}/a/b`)).toEqual(['c']);
  });

  it('does not take a file for a folder, nor make one where none can be', async () => {
    writeFileSync(`${scratch}/file`, 'x');
    await expect(files.makeDirectory(`${scratch}/file`)).rejects.toMatchObject({ code: 'store/failed' });
    await expect(files.makeDirectory(`${scratch}/file/below`)).rejects.toMatchObject({
      code: 'store/failed',
    });
  });

  it('reads bytes that own their memory from the first on, and null where there is nothing', async () => {
    writeFileSync(`${scratch}/data`, 'data');
    expect(await files.read(`${scratch}/data`)).toEqual(bytes('data'));
    expect(await files.read(`${scratch}/nothing`)).toBeNull();
    expect(await files.list(`${scratch}/nothing`)).toEqual([]);
    expect(await files.size(`${scratch}/data`)).toBe(4);
  });

  it('creates a file only where there is none', async () => {
    expect(await files.create(`${scratch}/new`, bytes('first'))).toBe(true);
    expect(await files.create(`${scratch}/new`, bytes('second'))).toBe(false);
    expect(readFileSync(`${scratch}/new`, 'utf8')).toBe('first');
  });

  it('appends, truncates, replaces and removes', async () => {
    const path = `${scratch}/journal`;
    await files.append(path, bytes('one\n'));
    await files.append(path, bytes('two\n'));
    await files.truncate(path, 4);
    await files.syncFile(path);
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    await writeAtomically(files, path, bytes('whole'));
    expect(readFileSync(path, 'utf8')).toBe('whole');
    expect((await files.list(scratch)).filter((name) => name.startsWith('.'))).toEqual([]);
    await files.remove(path);
    await files.remove(path);
    expect(await files.size(path)).toBeNull();
  });
});

describe('the processes of this machine', () => {
  it('tells this one by its start, always the same, and knows none that does not run', async () => {
    const { pid, startOf } = createProcesses();
    const start = await startOf(pid);
    expect(start).toMatch(/\w/);
    expect(await startOf(pid)).toBe(start);
    expect(await startOf(process.ppid)).not.toBe(start);
    expect(await startOf(2 ** 22 + 5)).toBeNull();
  });
});
