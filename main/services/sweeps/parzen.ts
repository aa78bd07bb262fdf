/**
 * The adaptive Parzen estimator of Bergstra et al. 2011 (section 4): one Gaussian on every observation and one as wide
 * as the range in its middle, all of equal weight and cut at the bounds. A Gaussian is as wide as the greater distance
 * to its neighbors, between range / min(100, n + 1) and the range.
 */
export class ParzenEstimator {
  readonly #centers: readonly number[];
  readonly #deviations: readonly number[];
  readonly #low: number;
  readonly #high: number;

  constructor(observations: readonly number[], low: number, high: number) {
    this.#low = low;
    this.#high = high;
    const range = high - low;
    const middle = (low + high) / 2;
    const centers = [...observations, middle].sort((a, b) => a - b);
    const prior = centers.indexOf(middle);
    const least = range / Math.min(100, centers.length);
    this.#centers = centers;
    this.#deviations = centers.map((center, i) => {
      if (i === prior) return range;
      const left = center - (centers[i - 1] ?? low);
      const right = (centers[i + 1] ?? high) - center;
      return Math.min(range, Math.max(least, left, right));
    });
  }

  /** Logarithm of the density at a place between the bounds. */
  logDensity(place: number): number {
    let sum = 0;
    for (const [i, center] of this.#centers.entries()) {
      const deviation = this.#deviations[i] as number;
      const mass = normalCdf((this.#high - center) / deviation) - normalCdf((this.#low - center) / deviation);
      const distance = (place - center) / deviation;
      sum += Math.exp(-0.5 * distance * distance) / (deviation * Math.sqrt(2 * Math.PI) * mass);
    }
    return Math.log(sum / this.#centers.length);
  }

  /** @param uniform two independent numbers in [0, 1): which Gaussian, and where in it. */
  sample(uniform: readonly [number, number]): number {
    const index = Math.min(this.#centers.length - 1, Math.floor(uniform[0] * this.#centers.length));
    const center = this.#centers[index] as number;
    const deviation = this.#deviations[index] as number;
    const low = normalCdf((this.#low - center) / deviation);
    const high = normalCdf((this.#high - center) / deviation);
    const place = center + deviation * inverseNormalCdf(low + (high - low) * uniform[1]);
    return Math.min(this.#high, Math.max(this.#low, place));
  }
}

/** Probabilities of choices: how often each was observed, and once more as a prior. */
export function choiceProbabilities(observations: readonly number[], choices: number): number[] {
  const counts = new Array<number>(choices).fill(1);
  for (const choice of observations) counts[choice] = (counts[choice] ?? 0) + 1;
  return counts.map((count) => count / (observations.length + choices));
}

/** Distribution function of the standard normal, within 1.2e-7 (Numerical Recipes' erfc). */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const upper = 0.5 * t * Math.exp(-x * x + polynomial);
  return z >= 0 ? 1 - upper : upper;
}

const coefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

/** By bisection of the distribution function, so that the two agree. */
function inverseNormalCdf(probability: number): number {
  let low = -9;
  let high = 9;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
