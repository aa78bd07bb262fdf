import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { programRoot } from './root.ts';

/** Path of a bundle that runs in a thread or process of its own: beside the one that runs now, or in the program's folder. */
export function bundledProgram(name: string): string {
  const places = [
    fileURLToPath(new URL(name, import.meta.url)),
    fileURLToPath(new URL(`../${name}`, import.meta.url)),
    join(programRoot(), 'out', 'main', name),
  ];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new WorkbenchError('internal', `A part of the program is not built: ${name}`, {
    hint: 'Run: npm run build',
  });
}
