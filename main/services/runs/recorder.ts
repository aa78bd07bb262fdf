import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { RunEvent } from '../../../engine/contract/events.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import type { TrainingState } from '../../../engine/contract/training-state.ts';
import type { CheckpointManifest } from '../../../engine/store/checkpoints.ts';
import { joinPath } from '../../../engine/store/file-system.ts';
import { Journal } from '../../../engine/store/journal.ts';
import { type RunPaths, writeModel, writeRun } from '../../../engine/store/runs.ts';
import type { ShapeOf } from '../../../engine/store/state-files.ts';
import { CheckpointWriter } from '../../platform/checkpoints/checkpoint-writer.ts';
import type { ServiceHost } from '../host.ts';

type Weights = ReadonlyMap<string, Float32Array | Float64Array>;

/** A state that is being saved while the run goes on. */
export interface Saving {
  readonly step: number;
  /** Whether it ended, well or not: `path` then does not make anyone wait. */
  readonly ended: boolean;
  /** Folder of the checkpoint, once it is on the disk. */
  readonly path: Promise<string>;
}

/** Writes down a run as it goes: its record, its journals, its checkpoints, its model. Ends with `close`. */
export class RunRecorder {
  readonly paths: RunPaths;
  readonly #host: ServiceHost;
  readonly project: string;
  readonly #metrics: Journal;
  readonly #events: Journal;
  readonly #shapeOf: ShapeOf;
  readonly #startedAt: number;
  readonly #secondsBefore: number;
  readonly #writer: CheckpointWriter;
  #record: RunRecord;
  #saving: Promise<unknown> = Promise.resolve();

  private constructor(
    host: ServiceHost,
    run: RecordedRun,
    journals: { readonly metrics: Journal; readonly events: Journal },
  ) {
    this.#host = host;
    this.project = run.project;
    this.paths = run.paths;
    this.#record = run.record;
    this.#shapeOf = run.shapeOf;
    this.#metrics = journals.metrics;
    this.#events = journals.events;
    this.#secondsBefore = run.from?.seconds ?? 0;
    this.#startedAt = host.now();
    this.#writer = new CheckpointWriter(host.store, host.now);
  }

  /** Opens the journals of a run, cut back to where the checkpoint that it goes on from left them. */
  static async open(host: ServiceHost, run: RecordedRun): Promise<RunRecorder> {
    const { files } = host.store;
    const reopen = (path: string, length: number | undefined) =>
      length === undefined ? Journal.create(files, path) : Journal.reopen(files, path, length);
    return new RunRecorder(host, run, {
      metrics: await reopen(run.paths.metrics, run.from?.journals.metrics),
      events: await reopen(run.paths.events, run.from?.journals.events),
    });
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** Seconds of training, over all resumptions. */
  get seconds(): number {
    return this.#secondsBefore + (this.#host.now() - this.#startedAt) / 1000;
  }

  /** Puts an event into the journal it belongs to. */
  async add(event: RunEvent): Promise<void> {
    if (event.event === 'step' || event.event === 'epoch') await this.#metrics.add(event);
    else await this.#events.add(event);
    if (event.event === 'epoch') await this.#metrics.flush();
  }

  /**
   * Begins to save a state and resolves when the run may go on: at once where it is long enough for a thread that
   * saves. One at a time: the one before is waited for.
   */
  async save(state: TrainingState, best: boolean, keep: number): Promise<Saving> {
    await this.#settled();
    const journals = { metrics: await this.#metrics.flush(), events: await this.#events.flush() };
    const { step, epoch, best: bestSoFar } = state;
    const record = {
      ...this.#record,
      step,
      epoch,
      bestEpoch: bestSoFar?.epoch ?? null,
      seconds: this.seconds,
    };
    const { beside } = this.#writer;
    const written = this.#writer.write({
      project: this.project,
      record,
      state,
      details: { seed: record.seed, best, seconds: record.seconds, journals },
      shapes: this.#shapesOf(state),
      keep,
    });
    const path = written.then((name) => {
      this.#record = record;
      return joinPath(this.paths.checkpoints, name);
    });
    const saving = { step, ended: false, path };
    const end = (): void => {
      saving.ended = true;
    };
    // Whoever waits for the path is told what went wrong.
    this.#saving = path.then(end, end);
    if (!beside) await path;
    return saving;
  }

  /** Saves a state and resolves to the folder of the checkpoint. */
  async checkpoint(state: TrainingState, best: boolean, keep: number): Promise<string> {
    return (await this.save(state, best, keep)).path;
  }

  async update(change: Partial<RunRecord>): Promise<void> {
    await this.#settled();
    this.#record = { ...this.#record, ...change, seconds: this.seconds };
    await writeRun(this.#host.store, this.project, this.#record);
  }

  /** The checkpoint in progress writes the record, too. */
  async #settled(): Promise<void> {
    await this.#saving;
  }

  #shapesOf({ parameters }: TrainingState): ReadonlyMap<string, readonly number[]> {
    const shapes = new Map<string, readonly number[]>();
    for (const name of parameters.keys()) {
      const shape = this.#shapeOf(name);
      if (shape !== undefined) shapes.set(name, shape);
    }
    return shapes;
  }

  /** Saves the finished weights. */
  async saveModel(weights: Weights): Promise<void> {
    const sha256 = await writeModel(this.#host.store, this.paths.model, weights, this.#shapeOf);
    await this.update({ model: { sha256 } });
  }

  /** Puts everything on the disk, the checkpoint in progress too. */
  async sync(): Promise<void> {
    await this.#settled();
    await this.#metrics.sync();
    await this.#events.sync();
  }

  async close(): Promise<void> {
    await this.#settled();
    await this.#writer.close();
  }

  /**
   * Notes why the run failed, as far as the disk allows: it may be the disk that failed, and then the run is found
   * interrupted, which it is.
   */
  async fail(cause: unknown): Promise<void> {
    const error = failureOf(cause);
    try {
      await this.add({ event: 'error', ...error });
      await this.sync();
      await this.update({ status: error.code === 'train/diverged' ? 'diverged' : 'failed', error });
    } catch {
      // The first error is the one to tell.
    }
  }
}

/** What a record keeps of an error. */
export function failureOf(cause: unknown): NonNullable<RunRecord['error']> {
  const known = cause instanceof WorkbenchError ? cause : null;
  return {
    code: known?.code ?? 'internal',
    message: cause instanceof Error ? cause.message : String(cause),
    where: known?.where ?? null,
    hint: known?.hint ?? null,
  };
}

export interface RecordedRun {
  readonly project: string;
  readonly paths: RunPaths;
  readonly record: RunRecord;
  readonly shapeOf: ShapeOf;
  /** The checkpoint that the run goes on from; null for a new one. */
  readonly from: Pick<CheckpointManifest, 'journals' | 'seconds'> | null;
}
