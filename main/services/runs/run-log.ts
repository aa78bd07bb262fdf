import { setImmediate } from 'node:timers/promises';
import { type RunEvent, runEventSchema } from '../../../engine/contract/events.ts';
import type { StepColumns } from '../../../engine/contract/rpc/runs.ts';
import type { FileSystem } from '../../../engine/store/file-system.ts';
import { readJournal } from '../../../engine/store/journal.ts';
import type { RunPaths } from '../../../engine/store/runs.ts';
import { packDoubles, packFloats } from '../events/pack.ts';
import { StepTable } from './step-table.ts';

type StepEvent = Extract<RunEvent, { event: 'step' }>;

/** Lines read before other work of the process may happen. */
const linesAtOnce = 20_000;

/** Everything a run has told: its steps as columns, all else as events in the order of the steps. */
export class RunLog {
  readonly #steps = new StepTable();
  #events: RunEvent[] = [];
  readonly #listeners = new Set<() => void>();

  /** What the journals of a run hold. */
  static async load(files: FileSystem, paths: RunPaths): Promise<RunLog> {
    const log = new RunLog();
    const epochs: RunEvent[] = [];
    const metrics = await readJournal(files, paths.metrics);
    for (const [index, line] of metrics.entries()) {
      if (index % linesAtOnce === linesAtOnce - 1) await setImmediate();
      const step = asStep(line);
      if (step !== null) log.#steps.add(step);
      else epochs.push(...parsed(line));
    }
    const others = (await readJournal(files, paths.events)).flatMap(parsed);
    log.#events = inOrder(others, epochs);
    return log;
  }

  get stepCount(): number {
    return this.#steps.count;
  }

  /** All but the steps. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** Number and epoch of the last step, or null before the first. */
  get last(): { readonly step: number; readonly epoch: number } | null {
    return this.#steps.last;
  }

  add(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.event === 'step') this.#steps.add(event);
      else {
        // A resumed run begins at its checkpoint: what came after it is not part of it any more.
        if (event.event === 'run') this.#cutTo(event.step);
        this.#events.push(event);
      }
    }
    for (const listener of this.#listeners) listener();
  }

  /** Calls back whenever something was added. @returns what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Steps [from, to) as columns. */
  pack(from: number, to: number): StepColumns {
    const { step, epoch, loss, gradientNorm, clippedFraction, learningRate, throughput } = this.#steps.slice(
      from,
      to,
    );
    return {
      count: to - from,
      step: packDoubles(step),
      epoch: packFloats(epoch),
      loss: packFloats(loss),
      gradientNorm: packFloats(gradientNorm),
      clippedFraction: packFloats(clippedFraction),
      learningRate: packFloats(learningRate),
      throughput: packFloats(throughput),
    };
  }

  #cutTo(step: number): void {
    this.#steps.cutTo(step);
    this.#events = this.#events.filter((event) => stepOf(event, 0) <= step && event.event !== 'done');
  }
}

/** A step without the cost of the schema: there may be a million, and we wrote them ourselves. */
function asStep(line: unknown): StepEvent | null {
  const event = line as StepEvent;
  return event?.event === 'step' && typeof event.step === 'number' ? event : null;
}

function parsed(line: unknown): RunEvent[] {
  const result = runEventSchema.safeParse(line);
  return result.success ? [result.data] : [];
}

function stepOf(event: RunEvent, otherwise: number): number {
  return 'step' in event ? event.step : otherwise;
}

/** Puts the epochs among the other events, before what happened at the same step. */
function inOrder(others: readonly RunEvent[], epochs: readonly RunEvent[]): RunEvent[] {
  const merged: RunEvent[] = [];
  let next = 0;
  let step = 0;
  for (const event of others) {
    step = stepOf(event, step);
    for (let epoch = epochs[next]; epoch !== undefined; epoch = epochs[++next]) {
      if (event.event === 'run' || stepOf(epoch, 0) > step) break;
      merged.push(epoch);
    }
    merged.push(event);
  }
  return [...merged, ...epochs.slice(next)];
}
