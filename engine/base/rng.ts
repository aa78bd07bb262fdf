/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 * A number depends on (seed, stream, counter) alone and never on how many were drawn before, so dropout masks,
 * shuffles and initial weights are the same on every backend, thread count and after a resume. The C++ kernels and
 * the GPU shaders implement the same function; a test holds them to these values.
 */

/** Stream numbers keep independent uses of one seed apart. Dropout ops use `firstDropout + index of the op`. */
export const randomStreams = {
  initializer: 1,
  shuffle: 2,
  split: 3,
  selfTest: 4,
  sampling: 5,
  balance: 6,
  buckets: 7,
  firstDropout: 1000,
} as const;

const multiplierA = 0xd2511f53;
const multiplierB = 0xcd9e8d57;
const weylA = 0x9e3779b9;
const weylB = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0;
}

/**
 * One Philox4x32-10 block.
 * @param counter four unsigned 32-bit words; overwritten with the four random words.
 * @param key two unsigned 32-bit words (low and high half of the seed).
 */
export function philox(counter: Uint32Array, keyLow: number, keyHigh: number): void {
  let c0 = counter[0] ?? 0;
  let c1 = counter[1] ?? 0;
  let c2 = counter[2] ?? 0;
  let c3 = counter[3] ?? 0;
  let k0 = keyLow >>> 0;
  let k1 = keyHigh >>> 0;
  for (let round = 0; round < 10; round++) {
    const highA = multiplyHigh(multiplierA, c0);
    const lowA = Math.imul(multiplierA, c0) >>> 0;
    const highB = multiplyHigh(multiplierB, c2);
    const lowB = Math.imul(multiplierB, c2) >>> 0;
    c0 = (highB ^ c1 ^ k0) >>> 0;
    c1 = lowB;
    c2 = (highA ^ c3 ^ k1) >>> 0;
    c3 = lowA;
    k0 = (k0 + weylA) >>> 0;
    k1 = (k1 + weylB) >>> 0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

/**
 * A stream of random numbers for initializers, shuffles and sampling. Element `i` of the stream is word `i % 4` of
 * the block with counter `[i / 4, stream, stepLow, stepHigh]`; dropout masks are defined by the same rule.
 */
export class RandomStream {
  readonly #keyLow: number;
  readonly #keyHigh: number;
  readonly #stream: number;
  readonly #stepLow: number;
  readonly #stepHigh: number;
  readonly #block = new Uint32Array(4);
  #index = 0;

  /**
   * @param seed non-negative integer up to 2^53 - 1.
   * @param step what the stream belongs to: an epoch for a shuffle, a training step for dropout, 0 otherwise.
   */
  constructor(seed: number, stream: number, step = 0) {
    this.#keyLow = seed >>> 0;
    this.#keyHigh = Math.floor(seed / 0x100000000) >>> 0;
    this.#stream = stream >>> 0;
    this.#stepLow = step >>> 0;
    this.#stepHigh = Math.floor(step / 0x100000000) >>> 0;
  }

  /** The next unsigned 32-bit integer. */
  nextUint32(): number {
    const word = this.#index & 3;
    if (word === 0) {
      this.#block[0] = this.#index >>> 2;
      this.#block[1] = this.#stream;
      this.#block[2] = this.#stepLow;
      this.#block[3] = this.#stepHigh;
      philox(this.#block, this.#keyLow, this.#keyHigh);
    }
    this.#index += 1;
    return this.#block[word] ?? 0;
  }

  /** Uniform in [0, 1) with 24 bits: exact in float32, the value that dropout compares with its rate. */
  nextFloat(): number {
    return (this.nextUint32() >>> 8) * 2 ** -24;
  }

  /** Uniform in [0, 1) with 53 bits. */
  nextDouble(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) * 2 ** -53;
  }

  /** Standard normal (Box and Muller 1958). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextDouble()));
    return radius * Math.cos(2 * Math.PI * this.nextDouble());
  }

  /** Uniform integer in [0, bound), by rejection, so that no value is favored. */
  nextInteger(bound: number): number {
    const limit = 0x100000000 - (0x100000000 % bound);
    let value = this.nextUint32();
    while (value >= limit) value = this.nextUint32();
    return value % bound;
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle(values: Int32Array): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.nextInteger(last + 1);
      const held = values[last] ?? 0;
      values[last] = values[other] ?? 0;
      values[other] = held;
    }
  }
}
