import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import { joinPath, type StorePlatform, writeAtomically } from '../../../engine/store/file-system.ts';
import { assignKeys } from './assign.ts';
import { parseExperiment } from './parse.ts';
import { experimentSchemaText } from './schema.ts';

const configFile = 'config.json';
const schemaFile = 'config.schema.json';
const encoder = new TextEncoder();

/** The text of a configuration file. `$schema` lets an editor complete and check keys. */
export function configText(experiment: Experiment): string {
  return `${JSON.stringify({ $schema: `./${schemaFile}`, ...experiment }, null, 2)}\n`;
}

/** Writes the configuration of a new project, and its schema beside it. */
export async function writeConfig(
  platform: StorePlatform,
  folder: string,
  experiment: Experiment,
): Promise<void> {
  await writeAtomically(platform.files, joinPath(folder, schemaFile), encoder.encode(experimentSchemaText()));
  await writeAtomically(platform.files, joinPath(folder, configFile), encoder.encode(configText(experiment)));
}

/**
 * The configuration in a folder, with `--set` assignments applied.
 * Throws `config/invalid`, `config/unknown-key`, `store/damaged`.
 */
export async function readConfig(
  platform: StorePlatform,
  folder: string,
  assignments: readonly string[] = [],
): Promise<Experiment> {
  const path = joinPath(folder, configFile);
  const bytes = await platform.files.read(path);
  if (bytes === null) {
    throw new WorkbenchError('store/damaged', 'The configuration is missing', {
      where: path,
      hint: 'Put it back, or make the project anew with gru init.',
    });
  }
  const experiment = parseExperiment(parseJson(new TextDecoder('utf-8').decode(bytes), path), path);
  if (assignments.length === 0) return experiment;
  return parseExperiment(assignKeys(experiment, assignments), '--set');
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const position = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const before = text.slice(0, Number(position ?? 0));
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    const place = position === undefined ? path : `${path}, line ${line}, column ${column}`;
    throw new WorkbenchError('config/invalid', 'The configuration is not valid JSON', {
      where: place,
      hint: 'Look for a missing comma, quote or bracket there.',
      cause,
    });
  }
}
