import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { nearest } from '../../../engine/base/nearest.ts';
import { tasks } from '../../../engine/contract/experiment.ts';
import { pathOnDisk, programRoot } from '../../platform/root.ts';

/** One data set of the gallery, as resources/samples/samples.json lists it. */
const sampleSchema = z.strictObject({
  id: z.string().regex(/^[a-z-]+$/),
  title: z.string(),
  task: z.enum(tasks),
  /** The file or folder in resources/samples. */
  file: z.string(),
  description: z.string(),
  /** Where it comes from. */
  source: z.string(),
  license: z.string(),
  /** Columns to predict where the proposal would choose others. */
  targets: z.array(z.string()).default([]),
  /** Settings beyond the proposal, as `gru train --set` takes them. */
  settings: z.array(z.string()).default([]),
  /** Bytes of all files. */
  size: z.int(),
});
export type Sample = z.infer<typeof sampleSchema>;

const indexSchema = z.strictObject({ version: z.literal(1), samples: z.array(sampleSchema) });

const folder = (): string => join(programRoot(), 'resources', 'samples');

/** The gallery, in its order. */
export async function listSamples(): Promise<readonly Sample[]> {
  const text = await readFile(join(folder(), 'samples.json'), 'utf8');
  return indexSchema.parse(JSON.parse(text)).samples;
}

/** @throws usage/invalid with the names there are. */
export async function findSample(id: string): Promise<Sample> {
  const samples = await listSamples();
  const found = samples.find((sample) => sample.id === id);
  if (found !== undefined) return found;
  throw unknownSample(
    id,
    samples.map((sample) => sample.id),
  );
}

export function unknownSample(id: string, known: readonly string[]): WorkbenchError {
  const near = nearest(id, known);
  return new WorkbenchError('usage/invalid', `There is no sample "${id}"`, {
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}There are ${known.join(', ')}.`,
  });
}

/** Path of the data of a sample, on the disk: DuckDB reads it. */
export function samplePath(sample: Sample): string {
  return pathOnDisk(join(folder(), sample.file));
}
