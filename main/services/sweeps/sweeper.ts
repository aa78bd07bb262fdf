import { RandomStream, randomStreams } from '../../../engine/base/rng.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { SweepConfig, SweepView } from '../../../engine/contract/rpc/sweeps.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { readRun } from '../../../engine/store/runs.ts';
import { assignKeys } from '../config/assign.ts';
import { parseExperiment } from '../config/parse.ts';
import { Turns } from '../events/turns.ts';
import type { OpenedProject } from '../projects/opened-project.ts';
import { startRun } from '../runs/run-actions.ts';
import type { RunLog } from '../runs/run-log.ts';
import { isHopeless } from './median-stopping.ts';
import { gridValues, randomValues, type Values } from './space.ts';
import { readSweeps, type StoredSweep, type Trial, writeSweep } from './sweep-file.ts';
import { tpeValues } from './tpe.ts';

/** The sweeps of a project: each makes one run after the other, and is stored after every step. */
export class Sweeper {
  readonly #project: OpenedProject;
  /** Sweeps that are running, and what ends them. */
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  readonly #writing = new Turns();

  constructor(project: OpenedProject) {
    this.#project = project;
  }

  async list(): Promise<SweepView[]> {
    return (await this.#read()).map((sweep) => this.#view(sweep));
  }

  /** Begins a sweep. Throws `config/unknown-key` and `config/invalid` where a value does not fit its path. */
  async start(config: SweepConfig): Promise<string> {
    const { experiment } = await this.#project.experiment.read();
    if (experiment === null) {
      throw new WorkbenchError('config/invalid', 'The configuration has mistakes', {
        hint: 'Correct them before searching around it.',
      });
    }
    const grid = config.method === 'grid' ? gridValues(config.parameters, config.trials) : null;
    const probe = grid?.[0] ?? randomValues(config.parameters, streamOf(config, 0));
    changed(experiment, probe);
    return this.#writing.take(async () => {
      const known = await readSweeps(this.#project.host.store, this.#project.folder);
      const numbers = known.map(({ id }) => Number(id.slice('sweep-'.length)));
      const id = `sweep-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
      const trials = (grid ?? []).map((values): Trial => waitingTrial(values));
      const sweep: StoredSweep = { id, config, experiment, status: 'running', trials };
      await writeSweep(this.#project.host.store, this.#project.folder, sweep);
      this.#run(sweep);
      return id;
    });
  }

  /** Ends a sweep after stopping the run in progress, which can be gone on with. */
  async stop(id: string): Promise<void> {
    await this.#find(id);
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.stop.abort();
    const trial = (await this.#find(id)).trials.find(({ status }) => status === 'running');
    if (trial?.run) await this.#project.queue.stop(trial.run).catch(ignoreEnded);
    await running.ended;
  }

  async resume(id: string): Promise<void> {
    const sweep = await this.#find(id);
    if (this.#running.has(id)) return;
    this.#run({ ...sweep, status: 'running' });
  }

  /** Ends every sweep as `stop` does; the queue stops the run itself. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    await this.#project.queue.close();
    await Promise.all(running.map(({ ended }) => ended));
  }

  #run(sweep: StoredSweep): void {
    let finish = (): void => undefined;
    const state = {
      stop: new AbortController(),
      ended: new Promise<void>((resolve) => {
        finish = resolve;
      }),
    };
    this.#running.set(sweep.id, state);
    const done = (): void => {
      this.#running.delete(sweep.id);
      this.#project.events.send({ kind: 'sweeps' });
      finish();
    };
    this.#search(sweep, state.stop.signal).then(done, done);
  }

  async #search(start: StoredSweep, signal: AbortSignal): Promise<void> {
    let sweep = start;
    await this.#save(sweep);
    try {
      while (!signal.aborted) {
        const index = nextTrial(sweep);
        if (index === null) break;
        const before = sweep.trials[index] ?? waitingTrial(this.#propose(sweep));
        const run = before.run ?? (await this.#begin(sweep, index, before.values));
        if (before.run !== null) await this.#project.queue.resume(before.run);
        sweep = withTrial(sweep, index, { ...before, run, status: 'running' });
        await this.#save(sweep);
        const after = await this.#await(sweep, index, run, signal);
        sweep = withTrial(sweep, index, after);
        await this.#save(sweep);
        // A person who stops a run of the sweep stops the sweep.
        if (after.status === 'running') break;
      }
    } finally {
      const done = nextTrial(sweep) === null;
      await this.#save({ ...sweep, status: done ? 'done' : 'stopped' });
    }
  }

  #propose({ config, trials }: StoredSweep): Values {
    const random = streamOf(config, trials.length);
    if (config.method !== 'tpe') return randomValues(config.parameters, random);
    const sign = config.goal === 'maximize' ? -1 : 1;
    const observations = trials.flatMap(({ values, result }) =>
      result === null ? [] : [{ values, loss: sign * result }],
    );
    return tpeValues(config.parameters, observations, random);
  }

  async #begin({ config, experiment }: StoredSweep, index: number, values: Values): Promise<string> {
    return startRun(this.#project, changed(experiment, values), `${config.name} ${index + 1}`);
  }

  /** Watches a run until it has ended; stops it where the median rule says so. */
  async #await(sweep: StoredSweep, index: number, run: string, signal: AbortSignal): Promise<Trial> {
    const { queue, runChanges } = this.#project;
    const changes = runChanges.subscribe().endWith(signal);
    let pruned = false;
    try {
      while (queue.active?.run === run || queue.waiting.some((waiting) => waiting.run === run)) {
        const { done } = await changes.next();
        if (done === true) break;
        const { active } = queue;
        if (pruned || active?.run !== run) continue;
        if (!(await this.#isHopeless(sweep, index, active.log))) continue;
        pruned = true;
        active.training.stop();
      }
    } finally {
      await changes.return();
    }
    return this.#result(sweep, index, run, pruned);
  }

  async #isHopeless({ config, trials }: StoredSweep, index: number, log: RunLog): Promise<boolean> {
    if (config.medianStopping === null) return false;
    const others: number[][] = [];
    for (const [other, { run, status }] of trials.entries()) {
      if (other === index || run === null || status === 'waiting') continue;
      others.push(curveOf(config, await this.#project.logOf(run)));
    }
    return isHopeless(curveOf(config, log), others, config.medianStopping);
  }

  async #result(
    { config, trials }: StoredSweep,
    index: number,
    run: string,
    pruned: boolean,
  ): Promise<Trial> {
    const trial = trials[index] as Trial;
    const { host, folder, queue } = this.#project;
    if (queue.failure(run) !== null) return { ...trial, status: 'failed', result: null };
    if (queue.unborn.some((unborn) => unborn.run === run)) return { ...trial, run, status: 'running' };
    const record = await readRun(host.store, folder, run);
    const log = await this.#project.logOf(run);
    const curve = curveOf(config, log);
    const sign = config.goal === 'maximize' ? -1 : 1;
    const final = record.metrics?.[config.metric] ?? null;
    const best = curve.length === 0 ? null : sign * Math.min(...curve);
    const result = final ?? best;
    if (pruned) return { ...trial, status: 'pruned', result };
    if (record.status === 'done') return { ...trial, status: result === null ? 'failed' : 'done', result };
    return { ...trial, status: goesOn.includes(record.status) ? 'running' : 'failed', result: null };
  }

  async #find(id: string): Promise<StoredSweep> {
    const sweeps = await this.#read();
    const found = sweeps.find((sweep) => sweep.id === id);
    if (found !== undefined) return found;
    throw new WorkbenchError('usage/invalid', `There is no sweep "${id}"`, {
      where: this.#project.folder,
      hint: `There are ${sweeps.map((sweep) => sweep.id).join(', ') || 'none'}.`,
    });
  }

  #read(): Promise<StoredSweep[]> {
    const { host, folder } = this.#project;
    return this.#writing.take(() => readSweeps(host.store, folder));
  }

  async #save(sweep: StoredSweep): Promise<void> {
    const { host, folder, events } = this.#project;
    await this.#writing.take(() => writeSweep(host.store, folder, sweep));
    events.send({ kind: 'sweeps' });
  }

  #view({ id, config, status, trials }: StoredSweep): SweepView {
    const sign = config.goal === 'maximize' ? -1 : 1;
    let best: number | null = null;
    for (const [index, { result }] of trials.entries()) {
      const before = best === null ? null : (trials[best]?.result ?? null);
      if (result !== null && (before === null || sign * result < sign * before)) best = index;
    }
    // One that was left running by a process that died waits to be resumed.
    const shown = status === 'running' && !this.#running.has(id) ? 'stopped' : status;
    return { id, config, status: shown, trials, best };
  }
}

/** What a run can be gone on with from. */
const goesOn: readonly RunRecord['status'][] = ['created', 'running', 'interrupted'];

/** The trial that is in progress or comes next; null when all are done. */
function nextTrial({ config, trials }: StoredSweep): number | null {
  const open = trials.findIndex(({ status }) => status === 'running' || status === 'waiting');
  if (open >= 0) return open;
  const most = config.method === 'grid' ? trials.length : config.trials;
  return trials.length < most ? trials.length : null;
}

function withTrial(sweep: StoredSweep, index: number, trial: Trial): StoredSweep {
  const trials = [...sweep.trials];
  trials[index] = trial;
  return { ...sweep, trials };
}

function waitingTrial(values: Values): Trial {
  return { run: null, values: { ...values }, result: null, status: 'waiting' };
}

/** The metric of each epoch, smaller being better. */
function curveOf({ metric, goal }: SweepConfig, log: RunLog): number[] {
  const sign = goal === 'maximize' ? -1 : 1;
  return log.events.flatMap((event) => {
    if (event.event !== 'epoch') return [];
    const value = event.metrics[metric] ?? null;
    return value === null ? [] : [sign * value];
  });
}

function streamOf({ seed }: SweepConfig, trial: number): RandomStream {
  return new RandomStream(seed, randomStreams.sampling, trial);
}

function changed(experiment: Experiment, values: Values): Experiment {
  const assignments = Object.entries(values).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  return parseExperiment(assignKeys(experiment, assignments), 'the sweep');
}

/** The run may have ended by itself meanwhile. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof WorkbenchError)) throw error;
}
