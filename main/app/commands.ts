import type { ShellCommand } from '../../engine/contract/rpc/shell.ts';

/** What one page has not taken yet, and how it waits for more. */
class Listener {
  readonly queue: ShellCommand[] = [];
  #wake: ((result: IteratorResult<ShellCommand, undefined>) => void) | null = null;
  #ended = false;

  take(command: ShellCommand): void {
    if (this.#wake === null) this.queue.push(command);
    else this.#wake({ done: false, value: command });
    this.#wake = null;
  }

  next(): Promise<IteratorResult<ShellCommand, undefined>> {
    const first = this.queue.shift();
    if (first !== undefined) return Promise.resolve({ done: false, value: first });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake?.({ done: true, value: undefined });
    this.#wake = null;
  }
}

/** Commands for the page of the window. One that comes while no page listens, or that none took, waits for the next. */
export class ShellCommands {
  #waiting: ShellCommand[] = [];
  #listener: Listener | null = null;

  send(command: ShellCommand): void {
    if (this.#listener === null) this.#waiting.push(command);
    else this.#listener.take(command);
  }

  /** The page is about to go: what comes from now on is for the next one, though the port of this one is still open. */
  hold(): void {
    this.#leave(this.#listener);
  }

  /** The commands from now on, as the contract streams them. A page that was loaded anew takes the place of the last. */
  stream(signal: AbortSignal | undefined): AsyncIterableIterator<ShellCommand, undefined> {
    this.hold();
    const listener = new Listener();
    for (const command of this.#waiting.splice(0)) listener.take(command);
    this.#listener = listener;
    const leave = () => this.#leave(listener);
    signal?.addEventListener('abort', leave, { once: true });
    const stream: AsyncIterableIterator<ShellCommand, undefined> = {
      next: () => listener.next(),
      return: () => {
        leave();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  }

  #leave(listener: Listener | null): void {
    if (listener === null || listener !== this.#listener) return;
    this.#listener = null;
    this.#waiting.push(...listener.queue.splice(0));
    listener.end();
  }
}
