import type { ShellCommand } from '../../engine/contract/rpc/shell.ts';

/** Commands for windows. One that comes before any window listens waits for the first. */
export class ShellCommands {
  readonly #listeners = new Set<(command: ShellCommand) => void>();
  #waiting: ShellCommand[] = [];

  send(command: ShellCommand): void {
    if (this.#listeners.size === 0) this.#waiting.push(command);
    for (const listener of this.#listeners) listener(command);
  }

  /** The commands from now on, as the contract streams them. */
  stream(signal: AbortSignal | undefined): AsyncIterableIterator<ShellCommand, undefined> {
    const queue: ShellCommand[] = this.#waiting;
    this.#waiting = [];
    let wake: ((result: IteratorResult<ShellCommand, undefined>) => void) | null = null;
    let ended = false;
    const listener = (command: ShellCommand): void => {
      if (wake === null) queue.push(command);
      else wake({ done: false, value: command });
      wake = null;
    };
    const end = (): Promise<IteratorResult<ShellCommand, undefined>> => {
      ended = true;
      this.#listeners.delete(listener);
      wake?.({ done: true, value: undefined });
      wake = null;
      return Promise.resolve({ done: true, value: undefined });
    };
    this.#listeners.add(listener);
    signal?.addEventListener('abort', end, { once: true });
    const stream: AsyncIterableIterator<ShellCommand, undefined> = {
      next: () => {
        const first = queue.shift();
        if (first !== undefined) return Promise.resolve({ done: false, value: first });
        if (ended) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => {
          wake = resolve;
        });
      },
      return: end,
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  }
}
