import { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { versionSchema } from '../../../engine/contract/rpc/experiments.ts';
import { joinPath, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';

const storedSchema = versionSchema.extend({ text: z.string() });
export type StoredVersion = z.infer<typeof storedSchema>;

const versionKind: JsonFileKind<StoredVersion> = {
  name: 'version of the configuration',
  version: 1,
  schema: storedSchema,
  migrations: {},
};

/** Configurations that a person gave a name: versions/<id>.json of the project, oldest first. */
export async function readVersions(platform: StorePlatform, project: string): Promise<StoredVersion[]> {
  const folder = joinPath(project, 'versions');
  const versions: StoredVersion[] = [];
  for (const name of await platform.files.list(folder)) {
    if (!/^version-\d+\.json$/.test(name)) continue;
    const version = await readJsonFile(platform.files, joinPath(folder, name), versionKind);
    if (version !== null) versions.push(version);
  }
  return versions.sort((a, b) => numberOf(a) - numberOf(b));
}

/** Throws `store/no-version`. */
export async function readVersion(
  platform: StorePlatform,
  project: string,
  id: string,
): Promise<StoredVersion> {
  const version = (await readVersions(platform, project)).find((known) => known.id === id);
  if (version !== undefined) return version;
  throw new WorkbenchError('store/no-version', `There is no version "${id}" of the configuration`, {
    where: project,
    hint: 'It may have been removed; choose another one.',
  });
}

/** Keeps a text under a name. */
export async function saveVersion(
  platform: StorePlatform,
  project: string,
  name: string,
  text: string,
): Promise<StoredVersion> {
  const numbers = (await readVersions(platform, project)).map(numberOf);
  const id = `version-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
  const version = { id, name, savedAt: platform.now(), text };
  const folder = joinPath(project, 'versions');
  await platform.files.makeDirectory(folder);
  await writeJsonFile(platform.files, joinPath(folder, `${id}.json`), versionKind, version);
  return version;
}

function numberOf({ id }: StoredVersion): number {
  return Number(/\d+$/.exec(id)?.[0] ?? 0);
}
