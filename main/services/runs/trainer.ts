import type { RunEvent } from '../../../engine/contract/events.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import { Channel } from '../events/channel.ts';
import type { ServiceHost } from '../host.ts';
import { RunOrders } from './control.ts';
import { resumeOpened } from './resume-run.ts';
import { trainOpened } from './train-run.ts';

/** A run to be trained in a project that is open. */
export interface TrainingTask {
  readonly folder: string;
  readonly run: string;
  /** What to train; null goes on with the run as it was left. */
  readonly experiment: Experiment | null;
}

/** A run in training, wherever that happens. */
export interface TrainingProcess {
  /** Events as they come, several at a time. Ends after `done`; throws what went wrong, after it was noted in the run. */
  readonly events: AsyncIterable<readonly RunEvent[]>;
  pause(): void;
  resume(): void;
  /** Ends the run after the step in progress, with a checkpoint. */
  stop(): void;
  setRateFactor(factor: number): void;
  keepCheckpoint(name: string): void;
}

/** Where runs are trained: in this process, or in a thread of their own. */
export interface Trainer {
  start(task: TrainingTask): TrainingProcess;
}

/** Trains in the thread that asks for it. */
export function createTrainer(host: ServiceHost): Trainer {
  return {
    start: (task) => {
      const orders = new RunOrders();
      const abort = new AbortController();
      const channel = new Channel<readonly RunEvent[]>();
      const control = { signal: abort.signal, control: orders };
      const events =
        task.experiment === null
          ? resumeOpened(host, { folder: task.folder, run: task.run, ...control })
          : trainOpened(host, { folder: task.folder, id: task.run, experiment: task.experiment, ...control });
      const pump = async (): Promise<void> => {
        for await (const event of events) channel.push([event]);
      };
      pump().then(
        () => channel.end(),
        (error: unknown) => channel.fail(error),
      );
      return {
        events: channel,
        pause: () => orders.pause(),
        resume: () => orders.resume(),
        stop: () => {
          abort.abort();
          orders.resume();
        },
        setRateFactor: (factor) => orders.setRateFactor(factor),
        keepCheckpoint: (name) => orders.keepCheckpoint(name),
      };
    },
  };
}
