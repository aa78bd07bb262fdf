import { z } from 'zod';
import { WorkbenchError } from '../base/errors.ts';
import type { TrainingState } from '../contract/training-state.ts';
import { joinPath, type StorePlatform } from './file-system.ts';
import { encodeJson, type JsonFileKind, readJsonFile } from './json-file.ts';
import {
  decodeState,
  encodeState,
  type ShapeOf,
  type StateFileName,
  type StateFiles,
  stateFileNames,
} from './state-files.ts';

/**
 * Checkpoints of a run: `checkpoints/<step>/{weights.safetensors, optimizer.safetensors, rng.json, manifest.json}`.
 * All is written into a folder whose name starts with a dot, the manifest last, and the folder is then renamed: a
 * checkpoint is either there, complete, or not there. A second state at the same step is `<step>.1`, so that the
 * first need not go before the second is safe.
 */
export interface Checkpoint {
  readonly name: string;
  readonly step: number;
  readonly manifest: CheckpointManifest;
  readonly state: TrainingState;
}

const manifestSchema = z.strictObject({
  step: z.int().min(0),
  epoch: z.int().min(0),
  created: z.iso.datetime(),
  /** Whether the state was the best so far when it was saved. */
  best: z.boolean(),
  /** Lengths of the run's journals in bytes at this point. */
  journals: z.strictObject({ metrics: z.int().min(0), events: z.int().min(0) }),
  /** Seconds of training until here. */
  seconds: z.number().min(0),
  files: z.record(
    z.enum(stateFileNames),
    z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type CheckpointManifest = z.infer<typeof manifestSchema>;

const manifestKind: JsonFileKind<CheckpointManifest> = {
  name: 'checkpoint manifest',
  version: 1,
  schema: manifestSchema,
  migrations: {},
};

export interface CheckpointDetails {
  readonly seed: number;
  readonly best: boolean;
  readonly journals: CheckpointManifest['journals'];
  readonly seconds: number;
  readonly shapeOf?: ShapeOf;
}

/** Saves a state and resolves to the name of its checkpoint. */
export async function saveCheckpoint(
  platform: StorePlatform,
  folder: string,
  state: TrainingState,
  details: CheckpointDetails,
): Promise<string> {
  const { files } = platform;
  const name = await freeName(platform, folder, state.step);
  const temporary = joinPath(folder, `.${name}.tmp`);
  try {
    await files.remove(temporary);
    await files.makeDirectory(temporary);
    const described: Partial<CheckpointManifest['files']> = {};
    for (const { name: file, bytes } of encodeState(state, details.seed, details.shapeOf)) {
      described[file] = { bytes: bytes.length, sha256: platform.sha256(bytes) };
      await files.write(joinPath(temporary, file), bytes);
    }
    const manifest: CheckpointManifest = {
      step: state.step,
      epoch: state.epoch,
      created: platform.now(),
      best: details.best,
      journals: details.journals,
      seconds: details.seconds,
      files: described as CheckpointManifest['files'],
    };
    await files.write(joinPath(temporary, 'manifest.json'), encodeJson(manifestKind, manifest));
    await files.syncDirectory(temporary);
    await files.rename(temporary, joinPath(folder, name));
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncDirectory(folder);
  return name;
}

/** Names of the checkpoints, newest first. */
export async function listCheckpoints(platform: StorePlatform, folder: string): Promise<string[]> {
  return (await platform.files.list(folder))
    .filter((name) => checkpointName.test(name))
    .sort((a, b) => stepOf(b) - stepOf(a) || repetitionOf(b) - repetitionOf(a));
}

/** What a checkpoint says of itself, without its weights. Throws `store/damaged`. */
export function describeCheckpoint(
  platform: StorePlatform,
  folder: string,
  name: string,
): Promise<CheckpointManifest> {
  return readManifest(platform, joinPath(folder, name));
}

/** Loads a checkpoint. Throws `store/damaged`, naming the file, when a byte of it is not what was saved. */
export async function loadCheckpoint(
  platform: StorePlatform,
  folder: string,
  name: string,
): Promise<Checkpoint> {
  const place = joinPath(folder, name);
  const manifest = await readManifest(platform, place);
  const contents: Partial<Record<StateFileName, Uint8Array>> = {};
  for (const file of stateFileNames) {
    const bytes = await platform.files.read(joinPath(place, file));
    const expected = manifest.files[file];
    if (bytes === null || bytes.length !== expected.bytes || platform.sha256(bytes) !== expected.sha256) {
      throw new WorkbenchError(
        'store/damaged',
        `The checkpoint of step ${manifest.step} is damaged: ${file} ${bytes === null ? 'is missing' : 'is not what was saved'}`,
        { where: joinPath(place, file), data: { checkpoint: name, file } },
      );
    }
    contents[file] = bytes;
  }
  const { state } = decodeState(contents as StateFiles, place);
  return { name, step: manifest.step, manifest, state };
}

/** What was wrong with a checkpoint that had to be passed over. */
export interface DamagedCheckpoint {
  readonly name: string;
  readonly error: WorkbenchError;
}

/**
 * The newest sound checkpoint, and the damaged ones that were passed over on the way to it; null when there is none.
 * Whoever uses it tells the person about every damaged one.
 */
export async function newestCheckpoint(
  platform: StorePlatform,
  folder: string,
): Promise<{ readonly checkpoint: Checkpoint | null; readonly damaged: readonly DamagedCheckpoint[] }> {
  const damaged: DamagedCheckpoint[] = [];
  for (const name of await listCheckpoints(platform, folder)) {
    try {
      return { checkpoint: await loadCheckpoint(platform, folder, name), damaged };
    } catch (error) {
      if (!(error instanceof WorkbenchError) || error.code !== 'store/damaged') throw error;
      damaged.push({ name, error });
    }
  }
  return { checkpoint: null, damaged };
}

/**
 * Removes all but the newest `keep` checkpoints and the newest one that was the best so far. What remains loses
 * nothing if this is cut short: a checkpoint is renamed out of sight before its files go.
 */
export async function retainCheckpoints(
  platform: StorePlatform,
  folder: string,
  keep: number,
): Promise<void> {
  const names = await listCheckpoints(platform, folder);
  const kept = new Set(names.slice(0, keep));
  for (const name of names) {
    const best = await isBest(platform, joinPath(folder, name));
    if (best) {
      kept.add(name);
      break;
    }
  }
  for (const name of names) if (!kept.has(name)) await discard(platform, folder, name);
}

/** Renames a damaged checkpoint to `damaged-<step>`, where it is in nobody's way and a person can still look at it. */
export async function setAside(platform: StorePlatform, folder: string, name: string): Promise<void> {
  const target = joinPath(folder, `damaged-${name}`);
  await platform.files.remove(target);
  await platform.files.rename(joinPath(folder, name), target);
  await platform.files.syncDirectory(folder);
}

/** Removes what an interrupted save or removal left behind. Only under the project's lock. */
export async function removeLeftovers(platform: StorePlatform, folder: string): Promise<void> {
  for (const name of await platform.files.list(folder)) {
    if (name.startsWith('.')) await platform.files.remove(joinPath(folder, name));
  }
}

const checkpointName = /^\d+(\.\d+)?$/;

function stepOf(name: string): number {
  return Number(name.split('.')[0]);
}

function repetitionOf(name: string): number {
  return Number(name.split('.')[1] ?? 0);
}

async function freeName(platform: StorePlatform, folder: string, step: number): Promise<string> {
  const same = (await listCheckpoints(platform, folder)).filter((name) => stepOf(name) === step);
  const newest = same[0];
  return newest === undefined ? String(step) : `${step}.${repetitionOf(newest) + 1}`;
}

async function readManifest(platform: StorePlatform, place: string): Promise<CheckpointManifest> {
  const path = joinPath(place, 'manifest.json');
  const manifest = await readJsonFile(platform.files, path, manifestKind);
  if (manifest !== null) return manifest;
  throw new WorkbenchError('store/damaged', 'The checkpoint has no manifest', { where: path });
}

async function isBest(platform: StorePlatform, place: string): Promise<boolean> {
  try {
    return (await readManifest(platform, place)).best;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'store/damaged') return false;
    throw error;
  }
}

async function discard(platform: StorePlatform, folder: string, name: string): Promise<void> {
  const hidden = joinPath(folder, `.${name}.removed`);
  await platform.files.rename(joinPath(folder, name), hidden);
  await platform.files.remove(hidden);
}
