import { WorkbenchError } from '../base/errors.ts';
import { type RunRecord, runRecordSchema } from '../contract/run.ts';
import { joinPath, type StorePlatform, writeAtomically } from './file-system.ts';
import { Journal } from './journal.ts';
import { encodeJson, type JsonFileKind, readJsonFile, writeJsonFile } from './json-file.ts';
import { lockHolder } from './lock.ts';
import { decodeWeights, encodeWeights, type ShapeOf } from './state-files.ts';

const recordKind: JsonFileKind<RunRecord> = {
  name: 'run',
  version: 1,
  schema: runRecordSchema,
  migrations: {},
};

/** Where the parts of a run lie. */
export interface RunPaths {
  readonly folder: string;
  readonly record: string;
  readonly config: string;
  readonly preparation: string;
  readonly metrics: string;
  readonly events: string;
  readonly model: string;
  readonly checkpoints: string;
}

export function runPaths(project: string, id: string): RunPaths {
  const folder = joinPath(project, 'runs', id);
  return {
    folder,
    record: joinPath(folder, 'run.json'),
    config: joinPath(folder, 'config.json'),
    preparation: joinPath(folder, 'preparation.json'),
    metrics: joinPath(folder, 'metrics.jsonl'),
    events: joinPath(folder, 'events.jsonl'),
    model: joinPath(folder, 'model.safetensors'),
    checkpoints: joinPath(folder, 'checkpoints'),
  };
}

/**
 * Makes the folder of a run with all that it needs to be repeated; it appears complete or not at all.
 * @param jsonFiles contents of config.json and preparation.json.
 */
export async function createRun(
  platform: StorePlatform,
  project: string,
  record: RunRecord,
  jsonFiles: { readonly config: Uint8Array; readonly preparation: Uint8Array },
): Promise<RunPaths> {
  const { files } = platform;
  const runs = joinPath(project, 'runs');
  const temporary = runPaths(project, `.${record.id}.tmp`);
  const final = runPaths(project, record.id);
  try {
    await files.makeDirectory(temporary.checkpoints);
    await files.write(temporary.config, jsonFiles.config);
    await files.write(temporary.preparation, jsonFiles.preparation);
    await Journal.create(files, temporary.metrics);
    await Journal.create(files, temporary.events);
    await files.write(temporary.record, encodeJson(recordKind, record));
    await files.syncDirectory(temporary.folder);
    await files.rename(temporary.folder, final.folder);
  } catch (error) {
    await files.remove(temporary.folder).catch(() => undefined);
    throw error;
  }
  await files.syncDirectory(runs);
  return final;
}

/** The next free run name: run-001, run-002, ... */
export async function nextRunId(platform: StorePlatform, project: string): Promise<string> {
  const numbers = (await platform.files.list(joinPath(project, 'runs'))).map((name) =>
    Number(/^run-(\d+)$/.exec(name)?.[1] ?? 0),
  );
  return `run-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
}

/** Names of the runs, oldest first. */
export async function listRunIds(platform: StorePlatform, project: string): Promise<string[]> {
  const names = await platform.files.list(joinPath(project, 'runs'));
  return names.filter((name) => runId.test(name)).sort((a, b) => runNumber(a) - runNumber(b));
}

/**
 * The record of a run as it is now: one that says "running" while no process holds the project died, and is shown
 * as interrupted. Throws `store/no-run`.
 */
export async function readRun(platform: StorePlatform, project: string, id: string): Promise<RunRecord> {
  const record = runId.test(id)
    ? await readJsonFile(platform.files, runPaths(project, id).record, recordKind)
    : null;
  if (record === null) {
    const known = await listRunIds(platform, project);
    throw new WorkbenchError('store/no-run', `There is no run "${id}"`, {
      where: project,
      hint:
        known.length === 0
          ? `Start one with: gru train ${project}`
          : `There are: ${known.slice(-8).join(', ')}.`,
    });
  }
  if (record.status === 'running' && (await lockHolder(platform, project)) === null) {
    return { ...record, status: 'interrupted' };
  }
  return record;
}

export async function writeRun(platform: StorePlatform, project: string, record: RunRecord): Promise<void> {
  const updated = { ...record, updated: platform.now() };
  await writeJsonFile(platform.files, runPaths(project, record.id).record, recordKind, updated);
}

/** Saves the finished weights. Resolves to their SHA-256. */
export async function writeModel(
  platform: StorePlatform,
  path: string,
  weights: ReadonlyMap<string, Float32Array | Float64Array>,
  shapeOf?: ShapeOf,
): Promise<string> {
  const bytes = encodeWeights(weights, shapeOf);
  await writeAtomically(platform.files, path, bytes);
  return platform.sha256(bytes);
}

/** Loads the finished weights. Throws `store/damaged` when they are not what was saved. */
export async function readModel(
  platform: StorePlatform,
  path: string,
  sha256: string,
): Promise<Map<string, Float32Array | Float64Array>> {
  const bytes = await platform.files.read(path);
  if (bytes === null || platform.sha256(bytes) !== sha256) {
    throw new WorkbenchError(
      'store/damaged',
      bytes === null
        ? 'The weights of this run are missing'
        : 'The weights of this run are not what was saved',
      { where: path, hint: 'Resume the run: its last checkpoint makes them again.' },
    );
  }
  return decodeWeights(bytes, path);
}

const runId = /^run-(\d+)$/;

function runNumber(name: string): number {
  return Number(runId.exec(name)?.[1] ?? 0);
}
