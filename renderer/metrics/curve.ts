import { type GrowingNumbers, growingFloat32, growingFloat64 } from './growing.ts';
import { Smoother } from './smoothing.ts';

/** Points summed up by one block of the minima and maxima. */
const blockSize = 64;

/** The lowest and highest finite values of a range, by index; -1 where the range holds none. */
export interface Extremes {
  readonly lowest: number;
  readonly highest: number;
}

const none: Extremes = { lowest: -1, highest: -1 };

/**
 * Values over a rising x (steps), which grow while a run trains. The places of the minimum and maximum of every 64
 * points are kept, so that drawing a million points reads a few thousand. NaN is a gap.
 */
export class Curve {
  /** Shared among the curves of a run: the owner appends to it. */
  readonly x: GrowingNumbers<Float64Array>;
  readonly y = growingFloat32();
  /** Grows with every change: what was drawn of an older version is out of date. */
  version = 0;
  /** Indices of the lowest and highest value of each whole block; -1 where it holds no finite value. */
  #lowest: number[] = [];
  #highest: number[] = [];
  #smoothed: { smoother: Smoother; curve: Curve } | null = null;

  constructor(x: GrowingNumbers<Float64Array> = growingFloat64()) {
    this.x = x;
  }

  /** Points that have both an x and a value. */
  get length(): number {
    return Math.min(this.x.length, this.y.length);
  }

  /** Appends values; their x must have been appended, or be appended before the curve is read. */
  append(values: ArrayLike<number>): void {
    this.y.append(values);
    const all = this.y.view();
    for (let block = this.#lowest.length; (block + 1) * blockSize <= all.length; block++) {
      const { lowest, highest } = scan(all, block * blockSize, (block + 1) * blockSize, none);
      this.#lowest.push(lowest);
      this.#highest.push(highest);
    }
    this.version += 1;
    const smoothed = this.#smoothed;
    if (smoothed !== null) {
      const appended = this.y.view().subarray(this.y.length - values.length);
      smoothed.curve.append(smoothed.smoother.all(appended));
    }
  }

  /** Forgets the points from `length` on: a run that was resumed goes back to its checkpoint. */
  truncate(length: number): void {
    if (length >= this.y.length) return;
    this.y.truncate(length);
    const blocks = Math.floor(length / blockSize);
    this.#lowest.length = Math.min(this.#lowest.length, blocks);
    this.#highest.length = Math.min(this.#highest.length, blocks);
    this.#smoothed = null;
    this.version += 1;
  }

  /** The same curve smoothed exponentially with a weight in (0,1); kept up as points are appended. */
  smoothed(weight: number): Curve {
    if (this.#smoothed === null || this.#smoothed.smoother.weight !== weight) {
      const smoother = new Smoother(weight);
      const curve = new Curve(this.x);
      curve.append(smoother.all(this.y.view()));
      this.#smoothed = { smoother, curve };
    }
    return this.#smoothed.curve;
  }

  /** Lowest and highest of the points [start,end). */
  extremes(start: number, end: number): Extremes {
    const values = this.y.view();
    const firstBlock = Math.ceil(start / blockSize);
    const endBlock = Math.min(Math.floor(end / blockSize), this.#lowest.length);
    if (endBlock <= firstBlock) return scan(values, start, end, none);
    let found = scan(values, start, firstBlock * blockSize, none);
    for (let block = firstBlock; block < endBlock; block++) {
      found = {
        lowest: lower(values, found.lowest, this.#lowest[block] as number),
        highest: higher(values, found.highest, this.#highest[block] as number),
      };
    }
    return scan(values, endBlock * blockSize, end, found);
  }
}

function lower(values: Float32Array, left: number, right: number): number {
  if (left < 0 || right < 0) return Math.max(left, right);
  return (values[right] as number) < (values[left] as number) ? right : left;
}

function higher(values: Float32Array, left: number, right: number): number {
  if (left < 0 || right < 0) return Math.max(left, right);
  return (values[right] as number) > (values[left] as number) ? right : left;
}

function scan(values: Float32Array, start: number, end: number, found: Extremes): Extremes {
  let { lowest, highest } = found;
  let low = lowest < 0 ? Number.POSITIVE_INFINITY : (values[lowest] as number);
  let high = highest < 0 ? Number.NEGATIVE_INFINITY : (values[highest] as number);
  for (let index = start; index < end; index++) {
    const value = values[index] as number;
    // What is not a number is neither lower nor higher; what is infinite is no point.
    if (value < low && value !== Number.NEGATIVE_INFINITY) {
      low = value;
      lowest = index;
    }
    if (value > high && value !== Number.POSITIVE_INFINITY) {
      high = value;
      highest = index;
    }
  }
  return { lowest, highest };
}
