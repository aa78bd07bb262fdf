import { basename } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { joinPath, type StorePlatform } from '../../../engine/store/file-system.ts';
import { type JsonFileKind, readJsonFile, writeJsonFile } from '../../../engine/store/json-file.ts';
import { readProject } from '../../../engine/store/project.ts';
import { listRunIds } from '../../../engine/store/runs.ts';
import { Turns } from '../events/turns.ts';

const entrySchema = z.strictObject({ path: z.string(), name: z.string(), opened: z.string() });
type Entry = z.infer<typeof entrySchema>;

const recentKind: JsonFileKind<{ projects: Entry[] }> = {
  name: 'list of recent projects',
  version: 1,
  schema: z.strictObject({ projects: z.array(entrySchema) }),
  migrations: {},
};

const kept = 30;

export interface RecentProject extends Entry {
  /** False when the folder is gone or is no project any more. */
  readonly present: boolean;
  readonly runs: number;
}

/** The projects a person opened, newest first, in a file of their configuration folder. */
export class RecentProjects {
  readonly #platform: StorePlatform;
  readonly #folder: string;
  readonly #turns = new Turns();

  constructor(platform: StorePlatform, folder: string) {
    this.#platform = platform;
    this.#folder = folder;
  }

  async list(): Promise<RecentProject[]> {
    return Promise.all((await this.#read()).map((entry) => this.#look(entry)));
  }

  /** A project that need not be in the list. */
  look(path: string): Promise<RecentProject> {
    return this.#look({ path, name: basename(path), opened: '' });
  }

  note(path: string, name: string): Promise<void> {
    return this.#change((entries) => [
      { path, name, opened: this.#platform.now() },
      ...entries.filter((entry) => entry.path !== path).slice(0, kept - 1),
    ]);
  }

  forget(path: string): Promise<void> {
    return this.#change((entries) => entries.filter((entry) => entry.path !== path));
  }

  async #look(entry: Entry): Promise<RecentProject> {
    try {
      const { identity } = await readProject(this.#platform, entry.path);
      const runs = await listRunIds(this.#platform, entry.path);
      const opened = entry.opened === '' ? identity.created : entry.opened;
      return { ...entry, opened, name: identity.name, present: true, runs: runs.length };
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      return { ...entry, present: false, runs: 0 };
    }
  }

  #change(change: (entries: Entry[]) => Entry[]): Promise<void> {
    return this.#turns.take(async () => {
      const projects = change(await this.#read());
      await this.#platform.files.makeDirectory(this.#folder);
      await writeJsonFile(this.#platform.files, this.#path, recentKind, { projects });
    });
  }

  /** A damaged list is no reason not to start: it is begun anew. */
  async #read(): Promise<Entry[]> {
    try {
      return (await readJsonFile(this.#platform.files, this.#path, recentKind))?.projects ?? [];
    } catch (error) {
      if (error instanceof WorkbenchError && error.code === 'store/damaged') return [];
      throw error;
    }
  }

  get #path(): string {
    return joinPath(this.#folder, 'recent.json');
  }
}
