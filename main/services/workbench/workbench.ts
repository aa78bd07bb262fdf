import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { Turns } from '../events/turns.ts';
import { ExperimentService } from '../experiments/experiment-service.ts';
import type { ServiceHost } from '../host.ts';
import { ModelService } from '../models/model-service.ts';
import { OpenedProject } from '../projects/opened-project.ts';
import type { PathGuard } from '../projects/path-guard.ts';
import { type RecentProject, RecentProjects } from '../projects/recent-projects.ts';
import type { Trainer } from '../runs/trainer.ts';

/** What a host gives the workbench, and says of itself. */
export interface WorkbenchOptions {
  readonly host: ServiceHost;
  readonly trainer: Trainer;
  /** Which paths callers may name. */
  readonly guard: PathGuard;
  /** Folder of settings and of the list of recent projects. */
  readonly configuration: string;
  /** Where new projects go unless a folder is named. */
  readonly projects: string;
  /** The project that is shown first; null for the list of projects. */
  readonly start: string | null;
  readonly kind: 'desktop' | 'web' | 'process';
  /** In web mode, where files are put and fetched; null where callers see the same disk. */
  readonly transfer: { readonly upload: string; readonly download: string } | null;
}

/** Everything that is open in one host: what the procedures of the contract work on. */
export class Workbench {
  readonly options: WorkbenchOptions;
  readonly recent: RecentProjects;
  readonly experiments: ExperimentService;
  readonly models = new ModelService();
  readonly #projects = new Map<string, OpenedProject>();
  readonly #turns = new Turns();
  /** Projects that are to be closed when what trains there has ended. */
  readonly #leaving = new Set<string>();

  constructor(options: WorkbenchOptions) {
    this.options = options;
    this.recent = new RecentProjects(options.host.store, options.configuration);
    this.experiments = new ExperimentService(options.host);
  }

  /** The projects that are open. */
  get projects(): readonly OpenedProject[] {
    return [...this.#projects.values()];
  }

  /** Opens a project, or finds it open. Throws `store/not-a-project`, `store/in-use`, `access/refused`. */
  async open(path: string): Promise<OpenedProject> {
    const folder = await this.options.guard.require(path);
    return this.#turns.take(async () => {
      this.#leaving.delete(folder);
      const known = this.#projects.get(folder);
      if (known !== undefined) return known;
      const project = await OpenedProject.open(this.options.host, folder, this.options.trainer);
      this.#projects.set(folder, project);
      await this.recent.note(folder, project.identity.name);
      return project;
    });
  }

  /** A project that was opened before. Throws `store/not-open`. */
  find(handle: string): OpenedProject {
    const project = this.#projects.get(handle);
    if (project !== undefined) return project;
    throw new WorkbenchError('store/not-open', 'The project is not open', {
      where: handle,
      hint: 'Open it first.',
    });
  }

  /** Closes a project, or has it closed once nothing trains there any more. */
  async leave(handle: string): Promise<void> {
    const project = this.find(handle);
    if (!project.queue.busy) return this.#close(project);
    if (this.#leaving.has(handle)) return;
    this.#leaving.add(handle);
    project.queue.idle().then(
      () => (this.#leaving.delete(handle) ? this.#close(project) : undefined),
      () => undefined,
    );
  }

  /** Stops whatever trains, with a checkpoint, and closes every project. */
  async close(): Promise<void> {
    const closing = await Promise.allSettled(this.projects.map((project) => this.#close(project)));
    await this.experiments.dispose();
    for (const result of closing) if (result.status === 'rejected') throw result.reason;
  }

  /** A folder for a new project of this name that does not exist yet. */
  async suggestFolder(name: string): Promise<string> {
    const plain = name
      .normalize('NFC')
      .replace(/\.(gruproj|[a-z0-9]{1,7})$/i, '')
      .replace(/[\p{Cc}<>:"/\\|?*]+/gu, ' ')
      .replace(/^[. ]+|[. ]+$/g, '')
      .slice(0, 80);
    const stem = plain === '' ? 'project' : plain;
    for (let number = 1; ; number++) {
      const folder = join(this.options.projects, `${stem}${number === 1 ? '' : ` ${number}`}.gruproj`);
      if (!(await exists(folder))) return folder;
    }
  }

  /** Where a new project goes: the wished place, or one that is suggested by the name of its file. */
  async placeFor(folder: string | null, file: string): Promise<string> {
    const place = await this.options.guard.require(folder ?? (await this.suggestFolder(basename(file))));
    await mkdir(dirname(place), { recursive: true });
    return place;
  }

  /** Projects that were opened, newest first, and then those that lie where new ones go; only what callers may name. */
  async listProjects(): Promise<RecentProject[]> {
    const { host, projects, guard } = this.options;
    const known = await this.recent.list();
    const beside = (await host.store.files.list(projects)).filter((name) => !name.startsWith('.'));
    for (const name of beside.sort()) {
      const path = join(projects, name);
      if (known.some((project) => project.path === path) || !(await exists(join(path, 'project.json')))) {
        continue;
      }
      known.push(await this.recent.look(path));
    }
    const allowed = await Promise.all(
      known.map(({ path }) =>
        guard.require(path).then(
          () => true,
          () => false,
        ),
      ),
    );
    return known.filter((_, index) => allowed[index]);
  }

  async #close(project: OpenedProject): Promise<void> {
    this.#leaving.delete(project.folder);
    await this.#turns.take(async () => {
      if (this.#projects.get(project.folder) !== project) return;
      this.#projects.delete(project.folder);
      await project.close();
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
