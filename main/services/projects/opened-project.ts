import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { ProjectEvent } from '../../../engine/contract/rpc/projects.ts';
import { type Profile, profileTable } from '../../../engine/data/profile.ts';
import type { Table } from '../../../engine/data/table.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { type OpenProject, openProject } from '../../../engine/store/project.ts';
import { listRunIds, readRun, runPaths, writeRun } from '../../../engine/store/runs.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { listDatasets, loadTable } from '../datasets/datasets.ts';
import { Activity } from '../events/activity.ts';
import { Broadcast } from '../events/broadcast.ts';
import { Recent } from '../events/recent.ts';
import { Turns } from '../events/turns.ts';
import { ExperimentFile } from '../experiments/experiment-file.ts';
import type { ServiceHost } from '../host.ts';
import { RunLog } from '../runs/run-log.ts';
import { RunQueue } from '../runs/run-queue.ts';
import { Sweeper } from '../sweeps/sweeper.ts';
import type { Trainer } from '../runs/trainer.ts';

/** Logs of finished runs kept in memory, for windows that show them. */
const keptLogs = 4;
/** Tables kept in memory: those of the experiment that is being edited and of the run that is looked at. */
const keptTables = 2;

const keptFacts = 2000;

export interface RunFacts {
  readonly epochs: number;
  /** null before training has begun. */
  readonly stepsPerEpoch: number | null;
}

/** A project that this process alone writes to, with all that is going on in it. */
export class OpenedProject {
  readonly folder: string;
  readonly identity: OpenProject['identity'];
  readonly experiment: ExperimentFile;
  readonly sweeps: Sweeper;
  readonly events = new Broadcast<ProjectEvent>();
  /** Told which run has changed. */
  readonly runChanges = new Broadcast<string>();
  /** Reading and writing of data.duckdb, one at a time. */
  readonly tables = new Turns();
  /** What windows show of the data: it is answered before anything that keeps this thread busy. */
  readonly looks = new Activity();
  /** Giving names to runs and writing what a person says of them, one at a time. */
  readonly naming = new Turns();
  readonly host: ServiceHost;
  readonly #lock: OpenProject;
  readonly #logs = new Recent<RunLog>(keptLogs);
  readonly #loaded = new Recent<Table>(keptTables);
  readonly #profiles = new WeakMap<Table, Profile>();
  readonly #facts = new Recent<RunFacts>(keptFacts);
  #queue: RunQueue | null = null;

  private constructor(host: ServiceHost, lock: OpenProject) {
    this.host = host;
    this.#lock = lock;
    this.folder = lock.folder;
    this.identity = lock.identity;
    this.sweeps = new Sweeper(this);
    this.experiment = new ExperimentFile(host.store, lock.folder);
  }

  /** Throws `store/not-a-project`, `store/in-use`. */
  static async open(host: ServiceHost, folder: string, trainer: Trainer): Promise<OpenedProject> {
    const lock = await openProject(host.store, folder);
    try {
      const project = new OpenedProject(host, lock);
      await project.#tidyUp();
      project.#queue = await RunQueue.open({
        host,
        folder,
        trainer,
        tables: project.tables,
        onEnd: (run, log) => project.#logs.set(run, log),
        onRun: (run) => project.runChanges.send(run),
        onQueue: () =>
          project.events.send({
            kind: 'queue',
            queued: project.queue.waiting.map((waiting) => waiting.run),
            running: project.queue.active?.run ?? null,
          }),
      });
      return project;
    } catch (error) {
      await lock.close();
      throw error;
    }
  }

  get queue(): RunQueue {
    if (this.#queue === null) throw new WorkbenchError('internal', 'The project is not open yet');
    return this.#queue;
  }

  get trash(): string {
    return joinPath(this.folder, 'trash');
  }

  /** What a run has told so far, live while it trains. */
  async logOf(run: string): Promise<RunLog> {
    const { active } = this.queue;
    if (active?.run === run) return active.log;
    return this.#logs.get(run, () => RunLog.load(this.host.store.files, runPaths(this.folder, run)));
  }

  /** After a run has ended or gone, its log is read anew. */
  forgetLog(run: string): void {
    this.#logs.delete(run);
  }

  /** What never changes about a run, kept in memory. */
  factsOf(run: string, read: () => Promise<RunFacts>): Promise<RunFacts> {
    return this.#facts.get(run, read);
  }

  forgetFacts(run: string): void {
    this.#facts.delete(run);
  }

  /** Throws `data/missing-file` when the project has no such dataset. */
  async dataset(id: string): Promise<Dataset> {
    const found = (await listDatasets(this.folder)).find((dataset) => dataset.id === id);
    if (found !== undefined) return found;
    throw new WorkbenchError('data/missing-file', `The project has no dataset "${id}"`, {
      where: this.folder,
      hint: 'Import the file again.',
    });
  }

  tableOf(dataset: Dataset): Promise<Table> {
    return this.#loaded.get(tableKey(dataset), () => this.tables.take(() => loadTable(this.folder, dataset)));
  }

  /** Keeps what is known of a dataset already. */
  keep(dataset: Dataset, table: Table, profile: Profile): void {
    this.#loaded.set(tableKey(dataset), table);
    this.#profiles.set(table, profile);
  }

  /** What a dataset holds, found out once while its table is kept. */
  async profileOf(dataset: Dataset): Promise<{ readonly table: Table; readonly profile: Profile }> {
    const table = await this.tableOf(dataset);
    const profile = this.#profiles.get(table) ?? profileTable(table);
    this.#profiles.set(table, profile);
    return { table, profile };
  }

  /** Stops what trains, with a checkpoint, and frees the project for other programs. */
  async close(): Promise<void> {
    try {
      await this.sweeps.close();
      await this.host.store.files.remove(this.trash);
    } finally {
      this.events.end();
      this.runChanges.end();
      await this.#lock.close();
    }
  }

  /** Runs that say they train were left by a process that died; what was thrown away is gone for good now. */
  async #tidyUp(): Promise<void> {
    const { store } = this.host;
    await store.files.remove(this.trash);
    for (const id of await listRunIds(store, this.folder)) {
      try {
        const record = await readRun(store, this.folder, id);
        if (record.status === 'running') {
          await writeRun(store, this.folder, { ...record, status: 'interrupted' });
        }
      } catch (error) {
        // A damaged run is shown as such in the list.
        if (!(error instanceof WorkbenchError) || error.code === 'store/disk-full') throw error;
      }
    }
  }
}

function tableKey({ id, importedAt }: Dataset): string {
  return `${id} ${importedAt}`;
}
