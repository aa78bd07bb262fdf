/** A typed array that grows by doubling, so that appending n numbers costs n writes on the whole. */
export class GrowingNumbers<A extends Float32Array | Float64Array> {
  #values: A;
  #length = 0;
  readonly #make: (capacity: number) => A;

  constructor(make: (capacity: number) => A, capacity = 1024) {
    this.#make = make;
    this.#values = make(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** The numbers so far, without a copy; a later append may leave the view behind on old memory. */
  view(): A {
    return this.#values.subarray(0, this.#length) as A;
  }

  at(index: number): number {
    return this.#values[index] ?? Number.NaN;
  }

  append(values: ArrayLike<number>): void {
    const needed = this.#length + values.length;
    if (needed > this.#values.length) {
      const grown = this.#make(Math.max(needed, 2 * this.#values.length));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    this.#values.set(values, this.#length);
    this.#length = needed;
  }

  /** Forgets everything from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}

export function growingFloat32(): GrowingNumbers<Float32Array> {
  return new GrowingNumbers((capacity) => new Float32Array(capacity));
}

export function growingFloat64(): GrowingNumbers<Float64Array> {
  return new GrowingNumbers((capacity) => new Float64Array(capacity));
}

/** The first index in [low,high) of a rising sequence whose value is at least `value`; `high` where there is none. */
export function firstAtLeast(
  values: ArrayLike<number>,
  value: number,
  low = 0,
  high: number = values.length,
): number {
  let left = low;
  let right = high;
  while (left < right) {
    const middle = (left + right) >>> 1;
    if ((values[middle] as number) < value) left = middle + 1;
    else right = middle;
  }
  return left;
}
