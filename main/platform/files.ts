import { constants } from 'node:fs';
import {
  access,
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, type FileSystem, fileError } from '../../engine/store/file-system.ts';

/** The file system of this machine. */
export function createFileSystem(): FileSystem {
  return {
    read: async (path) => {
      const bytes = await absentIsNull(readFile(path), path);
      return bytes === null ? null : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    size: async (path) => (await absentIsNull(stat(path), path))?.size ?? null,
    list: async (path) => (await absentIsNull(readdir(path), path)) ?? [],
    write: (path, bytes) => writing(path, () => writeSynced(path, bytes, 'w')),
    create: async (path, bytes) => {
      try {
        await writeSynced(path, bytes, 'wx');
        return true;
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return false;
        await rm(path, { force: true }).catch(() => undefined);
        throw fileError(error, 'write', path);
      }
    },
    append: (path, bytes) => writing(path, () => appendFile(path, bytes)),
    truncate: (path, length) => writing(path, () => truncate(path, length)),
    rename: (from, to) => writing(to, () => rename(from, to)),
    remove: (path) => writing(path, () => rm(path, { recursive: true, force: true })),
    makeDirectory: (path) => writing(path, () => makeDirectory(path)),
    syncFile: (path) => writing(path, () => syncPath(path, 'r+')),
    syncDirectory: (path) => writing(path, () => syncDirectory(path)),
  };
}

/** Whether this process may write into a folder; throws `store/read-only` with a sentence where it may not. */
export async function requireWritable(folder: string): Promise<void> {
  await writing(folder, () => access(folder, constants.W_OK));
}

async function writing(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw fileError(error, 'write', path);
  }
}

async function absentIsNull<Value>(reading: Promise<Value>, path: string): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw fileError(error, 'read', path);
  }
}

async function writeSynced(path: string, bytes: Uint8Array, flags: 'w' | 'wx'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncPath(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and its parents. Not by `mkdir` with `recursive`, which on a read-only file system reports a missing
 * folder, and in /proc never ends (Node 20).
 */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return requireFolder(path, error);
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path || (await exists(parent))) throw error;
    await makeDirectory(parent);
    await mkdir(path);
  }
}

async function requireFolder(path: string, error: unknown): Promise<void> {
  if (!(await stat(path)).isDirectory()) throw error;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Windows cannot open a folder to sync it; there the file system's own journal orders names. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await syncPath(path, 'r');
}
