// The sources of the WebAssembly build, and their digest: the build records it and a test compares it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const kernels = join(here, '../kernels');

/** Absolute paths of the C++ files, in a fixed order. */
export function kernelSources() {
  const folders = [kernels, join(kernels, 'gru'), join(kernels, 'ops'), here];
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(cc|h)$/.test(name))
      .sort()
      .map((name) => join(folder, name)),
  );
}

/** SHA-256 over names and contents (line ends normalized), as hexadecimal digits. */
export function sourcesDigest() {
  const hash = createHash('sha256');
  for (const file of kernelSources()) {
    const name = relative(here, file).replaceAll('\\', '/');
    hash.update(`${name}\n`).update(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
  }
  return hash.digest('hex');
}
