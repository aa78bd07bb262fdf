/** Knows whether something is going on, so that what can wait does. */
export class Activity {
  #count = 0;
  #last = Number.NEGATIVE_INFINITY;
  readonly #waiting = new Set<() => void>();

  /** Does something that others wait for. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#count++;
    try {
      return await work();
    } finally {
      this.#count--;
      this.#last = performance.now();
      if (this.#count === 0) for (const wake of this.#waiting) wake();
    }
  }

  /** Resolves once nothing has gone on for so many milliseconds. */
  async settled(milliseconds: number): Promise<void> {
    for (let began = performance.now(); ; ) {
      if (this.#count > 0) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            this.#waiting.delete(wake);
            resolve();
          };
          this.#waiting.add(wake);
        });
      }
      const quiet = performance.now() - Math.max(began, this.#last);
      if (this.#count === 0 && quiet >= milliseconds) return;
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, milliseconds - quiet)));
      began = Math.min(began, performance.now());
    }
  }
}
