/**
 * Errors of real-valued predictions, in the units of the file, over all targets together:
 * - mae, rmse
 * - r2: 1 - sum of squared errors / sum of squared distances from the mean of each target (scikit-learn r2_score with
 *   variance_weighted; 0 where a target never varies)
 * - smape: mean of 2 |p - y| / (|p| + |y|), between 0 and 2, 0 where both are 0 (M4 competition, as a fraction)
 * - mase: mae divided by that of repeating the previous value on the training part (Hyndman and Koehler 2006); only
 *   where scales are given
 */
export class ValueMetrics {
  readonly #targets: readonly TargetSums[];
  readonly #scales: readonly number[] | null;

  /** @param scales naive error of each target on the training part, or null. */
  constructor(targets: number, scales: readonly number[] | null) {
    this.#targets = Array.from({ length: targets }, () => ({
      weight: 0,
      absolute: 0,
      squared: 0,
      symmetric: 0,
      mean: 0,
      spread: 0,
    }));
    this.#scales = scales;
  }

  add(target: number, predicted: number, actual: number, weight: number): void {
    const sums = this.#targets[target];
    if (sums === undefined || weight === 0) return;
    const error = Math.abs(predicted - actual);
    const size = Math.abs(predicted) + Math.abs(actual);
    sums.weight += weight;
    sums.absolute += weight * error;
    sums.squared += weight * error * error;
    sums.symmetric += size === 0 ? 0 : (weight * 2 * error) / size;
    // Welford's update, so that a large mean does not swallow the spread.
    const distance = actual - sums.mean;
    sums.mean += (weight / sums.weight) * distance;
    sums.spread += weight * distance * (actual - sums.mean);
  }

  result(): Record<string, number> {
    const total = (value: (sums: TargetSums) => number): number =>
      this.#targets.reduce((sum, sums) => sum + value(sums), 0);
    const weight = total((sums) => sums.weight);
    if (weight === 0) return {};
    const squared = total((sums) => sums.squared);
    const spread = total((sums) => sums.spread);
    const scaled = this.#scaledError();
    return {
      mae: total((sums) => sums.absolute) / weight,
      rmse: Math.sqrt(squared / weight),
      r2: spread === 0 ? 0 : 1 - squared / spread,
      smape: total((sums) => sums.symmetric) / weight,
      ...(scaled === null ? {} : { mase: scaled }),
    };
  }

  /** Mean over the targets whose naive error is not 0; null when there is none. */
  #scaledError(): number | null {
    const scales = this.#scales;
    if (scales === null) return null;
    const ratios = this.#targets.flatMap((sums, target) => {
      const scale = scales[target] ?? 0;
      return scale > 0 && sums.weight > 0 ? [sums.absolute / sums.weight / scale] : [];
    });
    return ratios.length === 0 ? null : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  }
}

interface TargetSums {
  weight: number;
  absolute: number;
  squared: number;
  symmetric: number;
  mean: number;
  spread: number;
}
