import { type SourceConfig, sourceSchema } from '../../engine/contract/source.ts';
import { assignKeys } from '../services/config/assign.ts';
import { parseExperiment } from '../services/config/parse.ts';

/** How a file is read, from `--read key=value`: the keys of `data.source`. */
export function parseSource(assignments: readonly string[]): SourceConfig {
  if (assignments.length === 0) return sourceSchema.parse({});
  const keys = assignments.map((assignment) => `data.source.${assignment}`);
  return parseExperiment(assignKeys({}, keys), '--read').data.source;
}

/** What `--read` means, for every command that has it. */
export const readOption = [
  '--read <key=value>',
  'how the file is read, a key of data.source such as sheet=2024 or delimiter=";"; may be given several times',
] as const;
