import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { bundledProgram } from '../bundle.ts';

/** Where other programs keep the processors busy, an answer is waited for longer, but not for ever. */
const longestWait = 20;

/**
 * Has a library that damaged input can make loop for ever work in a thread, which is ended when it takes too long. The
 * program of the thread posts one message when it is ready, and then one for each it is sent. Ends with `close`.
 */
export class GuardedThread<Question, Answer> {
  readonly #program: string;
  #worker: Worker | null = null;

  /** @param program name of the bundle. */
  constructor(program: string) {
    this.#program = program;
  }

  /**
   * @param milliseconds of work that a sound question takes at most.
   * @throws Error that it takes too long, or with what the thread died of; the next question gets another thread.
   */
  async ask(question: Question, milliseconds: number): Promise<Answer> {
    const worker = this.#worker ?? (await this.#start());
    this.#worker = worker;
    worker.postMessage(question);
    const limit = new WorkLimit(milliseconds);
    try {
      return await nextMessage<Answer>(worker, limit.signal);
    } catch (error) {
      // Ending a busy thread may take a second, which nobody waits for.
      this.#worker = null;
      worker.terminate().catch(() => undefined);
      const late = error instanceof Error && error.name === 'AbortError';
      throw late ? new Error('Reading it takes too long', { cause: error }) : error;
    } finally {
      limit.end();
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async #start(): Promise<Worker> {
    // Options that the program itself was started with mean nothing here; what a library prints is in its errors.
    const worker = new Worker(bundledProgram(this.#program), { execArgv: [], stdout: true, stderr: true });
    await nextMessage(worker);
    return worker;
  }
}

/** Rejects when the thread dies, or with an AbortError when the signal comes first. */
async function nextMessage<Message>(worker: Worker, signal?: AbortSignal): Promise<Message> {
  const [message]: Message[] = await once(worker, 'message', signal === undefined ? {} : { signal });
  if (message === undefined) throw new Error('The thread ended');
  return message;
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
