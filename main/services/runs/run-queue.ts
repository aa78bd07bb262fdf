import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { runPaths } from '../../../engine/store/runs.ts';
import { Turns } from '../events/turns.ts';
import type { ServiceHost } from '../host.ts';
import { readQueue, type WaitingRun, writeQueue } from './queue-file.ts';
import { RunLog } from './run-log.ts';
import type { Trainer, TrainingProcess } from './trainer.ts';

export interface RunQueueOptions {
  readonly host: ServiceHost;
  readonly folder: string;
  readonly trainer: Trainer;
  /** The project's tables, which one run or import at a time may read or write. */
  readonly tables: Turns;
  /** Told after the state of a run has changed. */
  readonly onRun: (run: string) => void;
  /** Told what a run has said in all, when it has ended. */
  readonly onEnd: (run: string, log: RunLog) => void;
  /** Told after the order has changed or another run trains. */
  readonly onQueue: () => void;
}

type RunFailure = NonNullable<RunRecord['error']>;

export interface ActiveRun {
  readonly run: string;
  readonly log: RunLog;
  readonly training: TrainingProcess;
  paused: boolean;
  /** Resolves when it has ended, however that was. */
  readonly ended: Promise<void>;
}

/** The runs of a project that train or wait: one trains, the others wait in the order a person chose. */
export class RunQueue {
  readonly #options: RunQueueOptions;
  #waiting: WaitingRun[] = [];
  /** Waiting when the program was last closed: asked for, but not begun again without being asked. */
  #held: WaitingRun[] = [];
  #active: ActiveRun | null = null;
  #beginning: WaitingRun | null = null;
  readonly #failures = new Map<string, RunFailure>();
  #starting = false;
  #closed = false;
  readonly #writing = new Turns();

  private constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  static async open(options: RunQueueOptions): Promise<RunQueue> {
    const queue = new RunQueue(options);
    // What was to go on with a run is found in the run itself.
    const waiting = await readQueue(options.host.store, options.folder);
    queue.#held = waiting.filter(({ experiment }) => experiment !== null);
    return queue;
  }

  get active(): ActiveRun | null {
    return this.#active;
  }

  /** The run that trains, as it was asked for; null when nothing trains. */
  get beginning(): WaitingRun | null {
    return this.#beginning;
  }

  /** Runs that wait for their turn. */
  get waiting(): readonly WaitingRun[] {
    return this.#waiting;
  }

  /** Runs that were never begun: those that wait, and those that waited when the program was closed. */
  get unborn(): readonly WaitingRun[] {
    return [...this.#held, ...this.#waiting].filter(({ experiment }) => experiment !== null);
  }

  /** Why a run that was asked for since the project was opened went wrong; null where it did not. */
  failure(run: string): RunFailure | null {
    return this.#failures.get(run) ?? null;
  }

  get busy(): boolean {
    return this.#active !== null || this.#starting || this.#waiting.length > 0;
  }

  async add(run: string, experiment: Experiment): Promise<void> {
    await this.#enqueue({ run, created: this.#options.host.store.now(), experiment });
  }

  /** Goes on with a run that is paused, was stopped, or was never begun. */
  async resume(run: string): Promise<void> {
    const active = this.#active;
    if (active?.run === run) {
      active.training.resume();
      active.paused = false;
      this.#options.onRun(run);
      return;
    }
    if (this.#waiting.some((waiting) => waiting.run === run)) return;
    const held = this.#held.find((waiting) => waiting.run === run);
    this.#held = this.#held.filter((waiting) => waiting.run !== run);
    await this.#enqueue(held ?? { run, created: this.#options.host.store.now(), experiment: null });
  }

  pause(run: string): void {
    const active = this.requireActive(run);
    active.training.pause();
    active.paused = true;
    this.#options.onRun(run);
  }

  /** Ends a run that trains, or takes one that waits out of the queue. */
  async stop(run: string): Promise<void> {
    if (this.#active?.run === run) {
      this.#active.training.stop();
      return;
    }
    if (!(await this.withdraw(run))) {
      throw new WorkbenchError('usage/invalid', `${run} is not in training`, { hint: 'Choose one that is.' });
    }
  }

  /** Takes a run out of the queue. Resolves to whether it was there. */
  async withdraw(run: string): Promise<boolean> {
    const before = this.#waiting.length + this.#held.length;
    this.#waiting = this.#waiting.filter((waiting) => waiting.run !== run);
    this.#held = this.#held.filter((waiting) => waiting.run !== run);
    if (this.#waiting.length + this.#held.length === before) return false;
    await this.#changed();
    return true;
  }

  /** @param runs the runs that wait, in the order wished for; those not named come after. */
  async reorder(runs: readonly string[]): Promise<void> {
    const place = (run: string): number => (runs.includes(run) ? runs.indexOf(run) : runs.length);
    this.#waiting = this.#waiting
      .map((waiting, index) => ({ waiting, index }))
      .sort((a, b) => place(a.waiting.run) - place(b.waiting.run) || a.index - b.index)
      .map(({ waiting }) => waiting);
    await this.#changed();
  }

  /** The run, if it trains now. Throws `usage/invalid` otherwise. */
  requireActive(run: string): ActiveRun {
    if (this.#active?.run === run) return this.#active;
    throw new WorkbenchError('usage/invalid', `${run} is not in training`, {
      hint: 'Resume it first.',
    });
  }

  /** Ends what trains, with a checkpoint; what waits stays in the queue for the next time. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#options.onQueue();
    const active = this.#active;
    active?.training.stop();
    await active?.ended;
  }

  /** Resolves when nothing trains and nothing waits. */
  async idle(): Promise<void> {
    while (this.#active !== null && !this.#closed) await this.#active.ended;
  }

  async #enqueue(waiting: WaitingRun): Promise<void> {
    this.#waiting.push(waiting);
    await this.#changed();
    await this.#pump();
  }

  async #changed(): Promise<void> {
    const { host, folder, onQueue } = this.#options;
    await this.#writing.take(() => writeQueue(host.store, folder, [...this.#held, ...this.#waiting]));
    onQueue();
  }

  /** Begins the next run when nothing trains. */
  async #pump(): Promise<void> {
    if (this.#closed || this.#starting || this.#active !== null) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#starting = true;
    this.#waiting = this.#waiting.slice(1);
    try {
      await this.#begin(next);
    } catch (error) {
      await this.#changed();
      throw error;
    } finally {
      this.#starting = false;
    }
    this.#options.onRun(next.run);
    this.#options.onQueue();
  }

  async #begin(next: WaitingRun): Promise<void> {
    const { run, experiment } = next;
    const { host, folder, trainer, tables } = this.#options;
    const log =
      experiment === null ? await RunLog.load(host.store.files, runPaths(folder, run)) : new RunLog();
    const training = trainer.start({ folder, run, experiment });
    let loaded = (): void => undefined;
    // The tables are read until the first event comes.
    const loading = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    const reading = tables.take(() => loading);
    this.#failures.delete(run);
    this.#beginning = next;
    const ended = this.#record(next, log, training, loaded)
      .then(() => reading)
      .then(() => this.#end(run, log));
    this.#active = { run, log, training, paused: false, ended };
  }

  async #record(next: WaitingRun, log: RunLog, training: TrainingProcess, loaded: () => void): Promise<void> {
    const { run } = next;
    try {
      for await (const events of training.events) {
        loaded();
        log.add(events);
        const told = events.some(({ event }) => event !== 'step' && event !== 'decision');
        // It stands in its folder from the first event on, and no longer in the queue.
        if (events.some(({ event }) => event === 'run')) await this.#changed();
        if (told) this.#options.onRun(run);
      }
    } catch (error) {
      this.#failed(next, log, error);
    } finally {
      loaded();
    }
  }

  /** What went wrong is noted in the run, unless it never came to be: then it is held, with the reason. */
  #failed(next: WaitingRun, log: RunLog, cause: unknown): void {
    const known = cause instanceof WorkbenchError ? cause : null;
    const error: RunFailure = {
      code: known?.code ?? 'internal',
      message: cause instanceof Error ? cause.message : String(cause),
      where: known?.where ?? null,
      hint: known?.hint ?? null,
    };
    const born = next.experiment === null || log.events.some(({ event }) => event === 'run');
    if (!born) this.#held.push(next);
    this.#failures.set(next.run, error);
    if (log.events.at(-1)?.event !== 'error') log.add([{ event: 'error', ...error }]);
  }

  async #end(run: string, log: RunLog): Promise<void> {
    this.#options.onEnd(run, log);
    this.#active = null;
    this.#beginning = null;
    this.#options.onRun(run);
    this.#options.onQueue();
    await this.#pump().catch(() => undefined);
  }
}
