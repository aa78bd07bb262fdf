import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError } from '../../../engine/store/file-system.ts';
import type { Generator } from './generators/generator.ts';
import { adding, clicks, demand, gestures, sessions, stores } from './generators/numbers.ts';
import { entities, intents, numbers } from './generators/texts.ts';
import { tones } from './generators/tones.ts';
import { unknownSample } from './samples.ts';

/** Samples that are made by formula, by their names in the gallery. */
export const generators: Readonly<Record<string, Generator>> = {
  demand,
  stores,
  clicks,
  sessions,
  gestures,
  adding,
  entities,
  numbers,
  intents,
  tones,
};

export interface MakeSampleOptions {
  readonly id: string;
  /** Rows, sentences, recordings: what the sample is counted in. That of the gallery by default. */
  readonly count?: number;
  readonly seed: number;
  /** Folder that the files are written to. */
  readonly folder: string;
}

/** Makes the data of a sample, as large as asked for. @returns what was written, the file or folder to import first. */
export async function makeSample({ id, count, seed, folder }: MakeSampleOptions) {
  const generator = generators[id];
  if (generator === undefined) throw unknownSample(id, Object.keys(generators));
  const made = count ?? generator.count;
  const files = generator.make(made, seed);
  try {
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
  } catch (error) {
    throw fileError(error, 'write', folder);
  }
  const [first] = files;
  const data = join(folder, (first?.path ?? '').split('/')[0] ?? '');
  return {
    data,
    count: made,
    unit: generator.unit,
    bytes: files.reduce((sum, file) => sum + file.bytes.length, 0),
  };
}
