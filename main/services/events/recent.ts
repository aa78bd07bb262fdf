/** Keeps the values that were asked for last, so that they need not be made again. */
export class Recent<Value> {
  readonly #limit: number;
  readonly #values = new Map<string, Promise<Value>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#values.get(key);
    const value = known ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    if (known === undefined) {
      value.catch(() => {
        if (this.#values.get(key) === value) this.#values.delete(key);
      });
    }
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#limit) break;
      this.#values.delete(oldest);
    }
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, Promise.resolve(value));
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Every value that could be made. */
  async all(): Promise<Value[]> {
    const settled = await Promise.allSettled(this.#values.values());
    return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}
