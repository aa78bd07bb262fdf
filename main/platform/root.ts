import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the installed program: the one above this file, or above the bundle, that has its package.json. */
export function programRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isProgram(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json of the program above ${import.meta.url}`);
    folder = parent;
  }
  return folder;
}

/**
 * Where a file of the program lies on the disk. A package keeps most of it in one archive, which this program reads and
 * libraries do not: what they read lies beside it.
 */
export function pathOnDisk(path: string): string {
  return path.replace(/([\\/])app\.asar(?=[\\/])/, '$1app.asar.unpacked');
}

/** Version of the installed program. */
export function programVersion(): string {
  return readManifest(programRoot()).version ?? 'unknown';
}

function isProgram(folder: string): boolean {
  return existsSync(join(folder, 'package.json')) && readManifest(folder).name === 'gru-workbench';
}

function readManifest(folder: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
