import type { MessagePortMain, UtilityProcess } from 'electron';
import { z } from 'zod';
import { describeError } from '../../engine/base/errors.ts';

const reportSchema = z.discriminatedUnion('report', [
  z.strictObject({ report: z.literal('ready') }),
  z.strictObject({ report: z.literal('busy'), busy: z.boolean() }),
  z.strictObject({ report: z.literal('gpu'), id: z.int() }),
]);

/** A new engine is started at once, but not over and over: after so many ends within a minute it stays ended. */
const mostRestarts = 5;
const minute = 60_000;
/** Time that the engine has to save before the program ends without it, in milliseconds. */
const closingTime = 20_000;

export interface EngineEvents {
  /** It serves now; `again` after it was lost. */
  ready(again: boolean): void;
  lost(reason: string): void;
  busy(busy: boolean): void;
  /** It wants a port to the page that computes on the graphics card. Rejects where there is none. */
  openGpu(): Promise<MessagePortMain>;
}

/** The engine's process, watched: one that ends by itself is started again, and windows are told. */
export class Engine {
  readonly #fork: () => UtilityProcess;
  readonly #events: EngineEvents;
  readonly #ends: number[] = [];
  #process: UtilityProcess | null = null;
  #ready = false;
  #again = false;
  #closing = false;

  /** @param fork starts the process. */
  constructor(fork: () => UtilityProcess, events: EngineEvents) {
    this.#fork = fork;
    this.#events = events;
  }

  start(): void {
    const child = this.#fork();
    this.#process = child;
    child.on('message', (message: unknown) => {
      const report = reportSchema.safeParse(message);
      if (!report.success || this.#process !== child) return;
      if (report.data.report === 'busy') return this.#events.busy(report.data.busy);
      if (report.data.report === 'gpu') return this.#openGpu(child, report.data.id);
      this.#ready = true;
      this.#events.ready(this.#again);
      this.#again = true;
    });
    child.on('exit', (code) => {
      if (this.#process !== child) return;
      this.#process = null;
      this.#ready = false;
      if (this.#closing) return;
      this.#events.busy(false);
      this.#events.lost(`exit code ${code}`);
      const now = Date.now();
      this.#ends.push(now);
      if (this.#ends.filter((end) => now - end < minute).length <= mostRestarts) this.start();
    });
  }

  /** Hands the engine one end of a wire. @returns false while it is not ready. */
  serve(port: MessagePortMain): boolean {
    if (this.#process === null || !this.#ready) return false;
    this.#process.postMessage({ order: 'serve' }, [port]);
    return true;
  }

  #openGpu(child: UtilityProcess, id: number): void {
    this.#events.openGpu().then(
      (port) => {
        if (this.#process === child) child.postMessage({ order: 'gpu', id }, [port]);
      },
      (error: unknown) => {
        if (this.#process === child) child.postMessage({ order: 'noGpu', id, reason: describeError(error) });
      },
    );
  }

  /** Has the engine save and end. Resolves when it has, or when it takes too long. */
  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#process;
    if (child === null) return;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    child.postMessage({ order: 'close' });
    let timer: NodeJS.Timeout | null = null;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        child.kill();
        resolve();
      }, closingTime);
    });
    await Promise.race([ended, late]);
    if (timer !== null) clearTimeout(timer);
  }
}
