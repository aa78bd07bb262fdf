import { type Settings, settingsSchema } from '../../../engine/contract/rpc/system.ts';
import { joinPath, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';

const settingsKind: JsonFileKind<Settings> = {
  name: 'settings',
  version: 1,
  schema: settingsSchema,
  migrations: {},
};

/** What a person set for all projects; the defaults where nothing was saved. */
export async function readSettings(platform: StorePlatform, folder: string): Promise<Settings> {
  const stored = await readJsonFile(platform.files, settingsPath(folder), settingsKind);
  return stored ?? settingsSchema.parse({});
}

export async function writeSettings(
  platform: StorePlatform,
  folder: string,
  settings: Settings,
): Promise<Settings> {
  await platform.files.makeDirectory(folder);
  await writeJsonFile(platform.files, settingsPath(folder), settingsKind, settings);
  return settings;
}

function settingsPath(folder: string): string {
  return joinPath(folder, 'settings.json');
}
