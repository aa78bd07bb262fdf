import { createHash } from 'node:crypto';
import type { StorePlatform } from '../../engine/store/file-system.ts';
import { createFileSystem } from './files.ts';
import { createProcesses } from './processes.ts';

/** What the store is given on this machine. */
export function createStorePlatform(): StorePlatform {
  return {
    files: createFileSystem(),
    processes: createProcesses(),
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    now: () => new Date().toISOString(),
  };
}
