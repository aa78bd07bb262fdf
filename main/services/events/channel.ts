/**
 * A queue that one reader awaits: an async iterator whose `return` takes effect at once, also while a read is pending,
 * which a generator cannot do.
 */
export class Channel<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #items: Item[] = [];
  readonly #onClose: () => void;
  #waiting: ((result: IteratorResult<Item, undefined>) => void)[] = [];
  #failing: ((error: unknown) => void)[] = [];
  #error: { readonly error: unknown } | null = null;
  #ended = false;
  #closed = false;

  /** @param onClose called once, when the reader has gone or the queue has ended. */
  constructor(onClose: () => void = () => undefined) {
    this.#onClose = onClose;
  }

  /** How many items have not been read. */
  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    this.#failing.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting({ done: false, value: item });
  }

  /** Ends the queue once everything in it has been read. */
  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting) waiting({ done: true, value: undefined });
    this.#forget();
    this.#close();
  }

  /** Ends the queue with an error, after what is in it. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const [first] = this.#failing;
    if (first === undefined) this.#error = { error };
    else first(error);
    for (const waiting of this.#waiting.slice(1)) waiting({ done: true, value: undefined });
    this.#forget();
    this.#close();
  }

  /** Ends when a signal is aborted. */
  endWith(signal: AbortSignal | undefined): this {
    if (signal?.aborted === true) this.end();
    else signal?.addEventListener('abort', () => this.end(), { once: true });
    return this;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#items.length > 0) {
      return Promise.resolve({ done: false, value: this.#items.shift() as Item });
    }
    if (this.#error !== null) {
      const { error } = this.#error;
      this.#error = null;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      this.#failing.push(reject);
    });
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#items.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #forget(): void {
    this.#waiting = [];
    this.#failing = [];
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
  }
}
