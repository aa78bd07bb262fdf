import { setTimeout } from 'node:timers/promises';

/** Knows whether something is going on, so that what can wait does. */
export class Activity {
  #count = 0;
  #ended = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];

  /** Does something that others wait for. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#count++;
    try {
      return await work();
    } finally {
      this.#count--;
      this.#ended = performance.now();
      if (this.#count === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  /** Resolves once nothing has gone on for so many milliseconds. */
  async settled(milliseconds: number): Promise<void> {
    const asked = performance.now();
    for (;;) {
      while (this.#count > 0) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const quiet = performance.now() - Math.max(asked, this.#ended);
      if (quiet >= milliseconds) return;
      await setTimeout(milliseconds - quiet);
    }
  }
}
