import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { OpenPagePort } from '../platform/webgpu/page-gpu.ts';
import { dataOf, type EventPort } from '../wire/port-endpoint.ts';

type Answer = Awaited<ReturnType<OpenPagePort>>;

/**
 * Where the engine's process of the desktop program gets ports to the hidden page that computes on the graphics card:
 * asked for with a number, given by the main process with the same one.
 */
export class GpuDoor {
  readonly #ask: (id: number) => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;

  /** @param ask has the main process answer by `give` or `refuse`. */
  constructor(ask: (id: number) => void) {
    this.#ask = ask;
  }

  readonly open: OpenPagePort = () =>
    new Promise((resolve) => {
      const id = ++this.#last;
      this.#waiting.set(id, resolve);
      this.#ask(id);
    });

  give(id: number, port: EventPort): void {
    this.#take(id)?.(relay(port));
  }

  refuse(id: number, reason: string): void {
    this.#take(id)?.({ reason });
  }

  #take(id: number): ((answer: Answer) => void) | undefined {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    return resolve;
  }
}

/** The same channel as a port of Node, which can go on to a thread: Electron's cannot. */
function relay(far: EventPort): MessagePort {
  const { port1: near, port2: given } = new MessageChannel();
  far.on('message', (message) => near.postMessage(dataOf(message)));
  far.on('close', () => near.close());
  near.on('message', (message) => far.postMessage(message));
  near.on('close', () => far.close());
  far.start();
  return given;
}
