import { join } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Task } from '../../../engine/contract/experiment.ts';
import { programRoot } from '../../platform/root.ts';

/** A data set that comes with the program. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly task: Task;
  readonly description: string;
  readonly licence: string;
  /** In resources/samples. */
  readonly file: string;
  readonly targets: readonly string[];
}

export const samples: readonly Sample[] = [
  {
    id: 'seattle-weather',
    title: 'Weather in Seattle',
    task: 'forecast',
    description: 'Four years of daily weather; the highest temperature of the next days is forecast.',
    licence: 'public domain (NOAA)',
    file: 'seattle-weather.csv',
    targets: ['temp_max'],
  },
];

/** The sample of that id and where its file is. Throws `usage/invalid`. */
export function findSample(id: string): { readonly sample: Sample; readonly path: string } {
  const sample = samples.find((candidate) => candidate.id === id);
  if (sample === undefined) {
    throw new WorkbenchError('usage/invalid', `There is no sample "${id}"`, {
      hint: `There are ${samples.map((candidate) => candidate.id).join(', ')}.`,
    });
  }
  return { sample, path: join(programRoot(), 'resources', 'samples', sample.file) };
}
