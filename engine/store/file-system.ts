import { WorkbenchError } from '../base/errors.ts';

/**
 * What the store needs of a file system. Paths use "/" on every platform. Every method rejects with the
 * `WorkbenchError` that `fileError` makes, so that callers never see the codes of an operating system.
 */
export interface FileSystem {
  /** The bytes of a file, or null when there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Size of a file in bytes, or null when there is none. */
  size(path: string): Promise<number | null>;
  /** Names in a folder, in no particular order; empty when there is no such folder. */
  list(path: string): Promise<string[]>;
  /** Creates or replaces a file. Its contents are on the disk when this is fulfilled, but it is not atomic. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Like `write`, but resolves to false, changing nothing, when the file exists. */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Adds to the end of a file, which is made when there is none. On the disk only after `syncFile`. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  truncate(path: string, length: number): Promise<void>;
  /** Moves a file over another one, or a folder to a free name, in one indivisible step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all it holds. Nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /** Makes a folder and its parents. */
  makeDirectory(path: string): Promise<void>;
  syncFile(path: string): Promise<void>;
  /** Makes names that were created, renamed or removed in a folder survive a power failure. */
  syncDirectory(path: string): Promise<void>;
}

/** Everything of the platform that the store is given. */
export interface StorePlatform {
  readonly files: FileSystem;
  readonly processes: Processes;
  /** SHA-256 as 64 lowercase hexadecimal digits. */
  sha256(bytes: Uint8Array): string;
  /** The time now, ISO 8601 in UTC. */
  now(): string;
}

/** Who runs on this machine: what the lock of a project is told by. */
export interface Processes {
  /** Name of this machine. */
  readonly host: string;
  readonly pid: number;
  /**
   * A word that tells a running process from any other that ever had its number (its start time), or null when no
   * such process runs.
   */
  startOf(pid: number): Promise<string | null>;
}

/** Joins parts of a path with "/". */
export function joinPath(...parts: readonly string[]): string {
  return parts.join('/').replace(/\/{2,}/g, '/');
}

/** The folder that holds a path. */
export function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  if (cut < 0) return '.';
  return cut === 0 ? '/' : path.slice(0, cut);
}

/**
 * Replaces a file so that a reader, also after a crash, sees the old contents or the new, never a part.
 * The temporary name starts with a dot; what a crash leaves of it is removed when the project is next opened.
 */
export async function writeAtomically(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${parentOf(path)}/.${path.slice(path.lastIndexOf('/') + 1)}.tmp`;
  try {
    await files.write(temporary, bytes);
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncDirectory(parentOf(path));
}

/**
 * Turns the error of an operating system into one for a person.
 * @param doing what was tried: "write", "read".
 */
export function fileError(cause: unknown, doing: 'read' | 'write', path: string): WorkbenchError {
  if (cause instanceof WorkbenchError) return cause;
  const code = errorCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new WorkbenchError('store/disk-full', 'The disk is full', {
      where: path,
      hint: 'Free some space and try again; what was saved before is intact.',
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new WorkbenchError(
      doing === 'write' ? 'store/read-only' : 'store/failed',
      doing === 'write' ? 'This folder may not be written to' : 'This may not be read',
      {
        where: doing === 'write' ? parentOf(path) : path,
        hint:
          doing === 'write' ? 'Change its permissions, or use another folder.' : 'Change its permissions.',
        cause,
      },
    );
  }
  if (doing === 'write' && (code === 'ENOENT' || code === 'ENOTDIR')) {
    return new WorkbenchError('store/failed', 'There is no folder to write to', {
      where: parentOf(path),
      hint: 'Make this folder, or correct the path.',
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WorkbenchError('store/failed', `Could not ${doing} this: ${reason}`, { where: path, cause });
}

/** The code of a system error ("ENOENT"), or the empty string. */
export function errorCode(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}
