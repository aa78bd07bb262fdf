/**
 * Exponential smoothing without the pull of the start (as TensorBoard shows it): with weight `w` in [0,1),
 * `m_t = w m_(t-1) + (1 - w) y_t`, shown as `m_t / (1 - w^t)`. A missing value (NaN) stays missing and leaves the mean
 * as it was. It keeps its state, so that appended values cost nothing but themselves.
 */
export class Smoother {
  readonly weight: number;
  #mean = 0;
  #remaining = 1;

  constructor(weight: number) {
    this.weight = weight;
  }

  next(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
    this.#mean = this.weight * this.#mean + (1 - this.weight) * value;
    this.#remaining *= this.weight;
    return this.#mean / (1 - this.#remaining);
  }

  all(values: ArrayLike<number>): Float32Array {
    const smoothed = new Float32Array(values.length);
    for (let index = 0; index < values.length; index++) smoothed[index] = this.next(values[index] as number);
    return smoothed;
  }
}
