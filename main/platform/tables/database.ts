import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { requireGoing } from './canceled.ts';

export interface DatabaseOptions {
  /** Path of the database file; null keeps everything in memory. */
  readonly path: string | null;
  readonly readOnly?: boolean;
  /** When aborted, the statement in progress stops, and data/canceled is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the share of the statement in progress that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** How often progress is told. */
const progressMilliseconds = 250;

/** DuckDB spills to disk beyond this; training needs the rest of the memory. */
const memoryLimit = '1GB';

/**
 * Runs an action on a DuckDB database and closes it again, so that a project's file is locked no longer than needed.
 * Extensions are never downloaded. @throws store/* as a sentence for the locks, disks and permissions of this machine.
 */
export async function withDatabase<Value>(
  options: DatabaseOptions,
  action: (connection: DuckDBConnection) => Promise<Value>,
): Promise<Value> {
  const { path, readOnly = false, signal, onProgress } = options;
  let instance: DuckDBInstance | null = null;
  try {
    instance = await DuckDBInstance.create(path ?? ':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      access_mode: readOnly ? 'READ_ONLY' : 'AUTOMATIC',
      memory_limit: memoryLimit,
      threads: String(Math.min(8, availableParallelism())),
      temp_directory: path === null ? join(tmpdir(), `gru-tables-${process.pid}`) : `${path}.tmp`,
    });
    const connection = await instance.connect();
    const stop = () => connection.interrupt();
    signal?.addEventListener('abort', stop);
    const timer =
      onProgress === undefined
        ? null
        : setInterval(
            () => onProgress(Math.max(0, connection.progress.percentage) / 100),
            progressMilliseconds,
          );
    try {
      await connection.run("SET TimeZone = 'UTC'");
      if (timer !== null) {
        await connection.run('SET enable_progress_bar = true');
        await connection.run('SET enable_progress_bar_print = false');
      }
      return await action(connection);
    } finally {
      if (timer !== null) clearInterval(timer);
      signal?.removeEventListener('abort', stop);
      connection.closeSync();
    }
  } catch (cause) {
    requireGoing(signal, path === null ? 'memory' : basename(path));
    throw databaseError(cause, path);
  } finally {
    instance?.closeSync();
  }
}

/** Turns an error of DuckDB into one for a person. */
export function databaseError(cause: unknown, path: string | null): WorkbenchError {
  if (cause instanceof WorkbenchError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const where = path ?? 'memory';
  if (/no space left|disk quota|file too large|EFBIG/i.test(message)) {
    return new WorkbenchError('store/disk-full', 'The disk is full', {
      where,
      hint: 'Free some space and try again; what was saved before is intact.',
      cause,
    });
  }
  if (/set lock|conflicting lock|being used by another process|already open/i.test(message)) {
    return new WorkbenchError('store/in-use', 'Another program has the tables of this project open', {
      where,
      hint: 'Close it, or wait until its import has finished.',
      cause,
    });
  }
  if (/permission denied|read-only file system|access is denied|read-only mode/i.test(message)) {
    return new WorkbenchError('store/read-only', 'The tables of this project may not be written to', {
      where,
      hint: 'Change the permissions, or use another folder.',
      cause,
    });
  }
  if (/not a valid duckdb database|corrupt|checksum|serialization error/i.test(message)) {
    return new WorkbenchError('store/damaged', 'The tables of this project are damaged', {
      where,
      hint: `Remove ${path === null ? 'the file' : basename(path)}; the next run imports the source file again.`,
      cause,
    });
  }
  if (/out of memory/i.test(message)) {
    return new WorkbenchError('store/failed', `The table does not fit into ${memoryLimit} of memory`, {
      where,
      cause,
    });
  }
  return new WorkbenchError('store/failed', `The tables cannot be used: ${message.split('\n')[0] ?? ''}`, {
    where,
    cause,
  });
}

/** An SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An SQL name. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
