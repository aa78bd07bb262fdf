import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { bundledProgram } from '../bundle.ts';
import type { Hdf5Answer, Hdf5Array, Hdf5Contents, Hdf5Question, Hdf5Values } from './contents.ts';

/** A sound file answers at this rate and more; one that does not is given up. */
const bytesPerMillisecond = 20_000;
const leastMilliseconds = 450;
/** Where other programs keep the processors busy, a file is waited for longer, but not for ever. */
const longestWait = 20;
/** Deflate cannot shrink more than 1032 to 1, and a value has four bytes or eight. */
const largestRatio = 1032 / 4;

/** What the library needs for itself, in bytes; arrays come on top, and a filter needs one of them twice. */
const libraryMemory = 48 * 2 ** 20;
const largestValue = 8;

/** Number of values. */
export function countOf({ shape }: Pick<Hdf5Array, 'shape'>): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Reads HDF5 files in a thread of its own, which is ended when a file keeps it too long. Ends with `close`. */
export class Hdf5Reader {
  #worker: Worker | null = null;

  /** What the file holds. @throws Error with the library's reason, or that it took too long. */
  async contents(file: string): Promise<Hdf5Contents> {
    const answer = await this.#ask({ ask: 'contents', file, memory: libraryMemory });
    if (answer.answer !== 'contents') throw new Error('The thread answered another question');
    return answer.contents;
  }

  /** Values of arrays of the contents, in order. @throws Error as `contents`, and for more than the file can hold. */
  async values(file: string, arrays: readonly Hdf5Array[]): Promise<readonly Hdf5Values[]> {
    const { size } = await stat(file);
    const count = arrays.reduce((sum, array) => sum + countOf(array), 0);
    if (count > size * largestRatio) throw new Error('It claims more values than it can hold');
    const answer = await this.#ask({
      ask: 'values',
      file,
      memory: libraryMemory + 2 * largestValue * Math.max(0, ...arrays.map(countOf)),
      paths: arrays.map(({ path }) => path),
    });
    if (answer.answer !== 'values') throw new Error('The thread answered another question');
    return answer.values;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async #ask(question: Hdf5Question): Promise<Hdf5Answer> {
    const { size } = await stat(question.file);
    const worker = this.#worker ?? (await startThread());
    this.#worker = worker;
    worker.postMessage(question);
    const limit = new WorkLimit(leastMilliseconds + Math.ceil(size / bytesPerMillisecond));
    let answer: Hdf5Answer;
    try {
      answer = await nextAnswer(worker, limit.signal);
    } catch (error) {
      // Late, or dead: the next file gets another thread. Ending a busy one may take a second, which nobody waits for.
      this.#worker = null;
      worker.terminate().catch(() => undefined);
      const late = error instanceof Error && error.name === 'AbortError';
      throw late ? new Error('Reading it takes too long', { cause: error }) : error;
    } finally {
      limit.end();
    }
    if (answer.answer === 'failed') throw new Error(answer.reason);
    return answer;
  }
}

/** Aborts when this process has worked for so many milliseconds, or has had no time to for twenty times as long. */
class WorkLimit {
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    const began = performance.now();
    const before = process.cpuUsage();
    this.#timer = setInterval(() => {
      const waited = performance.now() - began;
      const { user, system } = process.cpuUsage(before);
      const worked = (user + system) / 1000;
      if (waited >= milliseconds && (worked >= 0.8 * milliseconds || waited >= longestWait * milliseconds)) {
        this.#stop.abort();
      }
    }, milliseconds / 10);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

async function startThread(): Promise<Worker> {
  // Options that the program itself was started with mean nothing to a file; what the library prints is in its errors.
  const worker = new Worker(bundledProgram('hdf5-thread.mjs'), { execArgv: [], stdout: true, stderr: true });
  await nextAnswer(worker);
  return worker;
}

/** Rejects when the thread dies, or with an AbortError when the signal comes first. */
async function nextAnswer(worker: Worker, signal?: AbortSignal): Promise<Hdf5Answer> {
  const [answer]: Hdf5Answer[] = await once(worker, 'message', signal === undefined ? {} : { signal });
  if (answer === undefined) throw new Error('The thread ended');
  return answer;
}
