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

  /** `next` of each value in turn. */
  all(values: Float32Array): Float32Array {
    const smoothed = new Float32Array(values.length);
    const weight = this.weight;
    const rest = 1 - weight;
    let mean = this.#mean;
    let remaining = this.#remaining;
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      // False for infinities and NaN alone.
      if (value - value !== 0) {
        smoothed[index] = Number.NaN;
        continue;
      }
      mean = weight * mean + rest * value;
      if (remaining > negligible) {
        remaining *= weight;
        smoothed[index] = mean / (1 - remaining);
      } else smoothed[index] = mean;
    }
    this.#mean = mean;
    this.#remaining = remaining;
    return smoothed;
  }
}

/** The pull of the start below which it changes no float32. */
const negligible = 1e-9;
