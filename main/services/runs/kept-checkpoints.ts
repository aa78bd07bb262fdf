import { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { joinPath, parentOf, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';

/**
 * Checkpoints that a person gave a name lie beside those that come and go: runs/<id>/kept/<slug>/ is a whole copy of
 * one, with its name in name.json.
 */
const nameKind: JsonFileKind<{ name: string }> = {
  name: 'checkpoint name',
  version: 1,
  schema: z.strictObject({ name: z.string() }),
  migrations: {},
};

/** Copies a checkpoint to where retention does not reach. @param path folder of the checkpoint. */
export async function keepCheckpoint(platform: StorePlatform, path: string, name: string): Promise<void> {
  const { files } = platform;
  const folder = keptFolder(parentOf(parentOf(path)));
  const slug = slugOf(name);
  const target = joinPath(folder, slug);
  if ((await files.list(folder)).includes(slug)) {
    throw new WorkbenchError('store/exists', `There already is a checkpoint called "${name}"`, {
      hint: 'Choose another name.',
    });
  }
  const temporary = joinPath(folder, `.${slug}.tmp`);
  await files.remove(temporary);
  await files.makeDirectory(temporary);
  try {
    for (const file of await files.list(path)) {
      const bytes = await files.read(joinPath(path, file));
      if (bytes !== null) await files.write(joinPath(temporary, file), bytes);
    }
    await writeJsonFile(files, joinPath(temporary, 'name.json'), nameKind, { name });
    await files.rename(temporary, target);
    await files.syncDirectory(folder);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
}

export interface KeptCheckpoint {
  readonly name: string;
  /** Its folder, below `keptFolder`. */
  readonly slug: string;
}

/** @param run folder of the run. */
export async function listKept(platform: StorePlatform, run: string): Promise<KeptCheckpoint[]> {
  const folder = keptFolder(run);
  const kept: KeptCheckpoint[] = [];
  for (const slug of (await platform.files.list(folder)).sort()) {
    if (slug.startsWith('.')) continue;
    const named = await readJsonFile(platform.files, joinPath(folder, slug, 'name.json'), nameKind);
    if (named !== null) kept.push({ name: named.name, slug });
  }
  return kept;
}

export function keptFolder(run: string): string {
  return joinPath(run, 'kept');
}

/** A folder name that no file system minds. */
function slugOf(name: string): string {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'checkpoint' : plain;
}
