import { Worker } from 'node:worker_threads';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Fault } from '../../../engine/contract/rpc/common.ts';
import type { StorePlatform } from '../../../engine/store/file-system.ts';
import { bundledProgram } from '../bundle.ts';
import { errorOf } from '../threads/fault-error.ts';
import { type CheckpointTask, writeCheckpoint } from './write-checkpoint.ts';

/** What the thread answers to a task. */
export type CheckpointAnswer = { readonly name: string } | { readonly fault: Fault };

/** A run that has lasted so many milliseconds may last much longer: only then a thread is worth its start. */
const longRun = 2000;

/** Writes the checkpoints of a run, one at a time: those of a long run beside its steps. Ends with `close`. */
export class CheckpointWriter {
  readonly #platform: StorePlatform;
  readonly #now: () => number;
  readonly #opened: number;
  #worker: Worker | null = null;

  /** @param now milliseconds from any origin. */
  constructor(platform: StorePlatform, now: () => number) {
    this.#platform = platform;
    this.#now = now;
    this.#opened = now();
  }

  /** Whether what is written now is written by a thread, while this one may go on. */
  get beside(): boolean {
    return this.#now() - this.#opened >= longRun;
  }

  /**
   * Resolves to the name of the checkpoint when it is on the disk. The state may change once this was called and
   * `beside` is true.
   */
  write(task: CheckpointTask): Promise<string> {
    return this.beside ? this.#send(task) : writeCheckpoint(this.#platform, task);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #send(task: CheckpointTask): Promise<string> {
    const worker = this.#worker ?? new Worker(bundledProgram('checkpoint-thread.mjs'), { execArgv: [] });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        worker.off('message', answer);
        worker.off('error', die);
        worker.off('exit', exit);
      };
      const answer = (message: CheckpointAnswer): void => {
        settle();
        if ('name' in message) resolve(message.name);
        else reject(errorOf(message.fault));
      };
      const die = (cause: Error): void => {
        settle();
        this.#worker = null;
        reject(died(cause.message, cause));
      };
      const exit = (code: number): void => die(new Error(`exit code ${code}`));
      worker.on('message', answer);
      worker.on('error', die);
      worker.on('exit', exit);
      worker.postMessage(task);
    });
  }
}

function died(reason: string, cause: Error): WorkbenchError {
  return new WorkbenchError('train/interrupted', `The thread that saves checkpoints ended: ${reason}`, {
    hint: 'Resume the run; a smaller model takes less memory.',
    cause,
  });
}
