import { z } from 'zod';
import { WorkbenchError } from '../base/errors.ts';
import { removeLeftovers } from './checkpoints.ts';
import { joinPath, type StorePlatform } from './file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from './json-file.ts';
import { acquireLock } from './lock.ts';

/**
 * A project folder:
 * ```
 * name.gruproj/
 *   project.json     who it is
 *   config.json      the experiment, edited by a person
 *   data.duckdb, datasets/<id>/                       imported rows
 *   runs/<id>/{run.json, config.json, preparation.json, metrics.jsonl, events.jsonl, model.safetensors, checkpoints/}
 *   locks/           one file for each process that writes
 * ```
 */
export interface Project {
  readonly folder: string;
  readonly identity: ProjectIdentity;
}

/** A project that this process alone may write to, until it is closed. */
export interface OpenProject extends Project {
  close(): Promise<void>;
}

const identitySchema = z.strictObject({
  name: z.string(),
  created: z.iso.datetime(),
  /** Version of the program that made it. */
  program: z.string(),
});
export type ProjectIdentity = z.infer<typeof identitySchema>;

const projectKind: JsonFileKind<ProjectIdentity> = {
  name: 'project',
  version: 1,
  schema: identitySchema,
  migrations: {},
};

/** Makes the files of an empty project in a folder that exists. */
export async function writeProject(
  platform: StorePlatform,
  folder: string,
  identity: ProjectIdentity,
): Promise<void> {
  await platform.files.makeDirectory(joinPath(folder, 'runs'));
  await writeJsonFile(platform.files, joinPath(folder, 'project.json'), projectKind, identity);
}

/** Looks at a project without the right to write. Throws `store/not-a-project`. */
export async function readProject(platform: StorePlatform, folder: string): Promise<Project> {
  const identity = await readJsonFile(platform.files, joinPath(folder, 'project.json'), projectKind);
  if (identity === null) {
    throw new WorkbenchError('store/not-a-project', 'There is no project in this folder', {
      where: folder,
      hint: `Make one with: gru init ${folder} --data FILE`,
    });
  }
  return { folder, identity };
}

/** Opens a project to write to it, and tidies up after a crash. Throws `store/in-use` when another process does. */
export async function openProject(platform: StorePlatform, folder: string): Promise<OpenProject> {
  const project = await readProject(platform, folder);
  const lock = await acquireLock(platform, folder);
  try {
    const runs = joinPath(folder, 'runs');
    await removeLeftovers(platform, folder);
    await removeLeftovers(platform, runs);
    for (const run of await platform.files.list(runs)) {
      await removeLeftovers(platform, joinPath(runs, run));
      await removeLeftovers(platform, joinPath(runs, run, 'checkpoints'));
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
  return { ...project, close: () => lock.release() };
}
