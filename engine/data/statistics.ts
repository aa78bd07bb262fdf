import type { DataConfig } from '../contract/data.ts';
import type { Range } from './fill-missing.ts';
import type { Normalizer } from './preparation.ts';

export const identityNormalizer: Normalizer = { offset: 0, scale: 1 };

/** Mean of the values that are not missing; 0 when there are none. */
export function meanOf(values: Float64Array, ranges: readonly Range[]): number {
  let sum = 0;
  let count = 0;
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * Fits a normalizer to the values in some ranges; missing ones are passed over.
 * - standard: mean and population standard deviation (scikit-learn StandardScaler)
 * - minMax: to [0, 1] (MinMaxScaler)
 * - robust: median and interquartile range, quantiles by linear interpolation (RobustScaler)
 *
 * A column that does not vary has the scale 1, as in scikit-learn.
 */
export function fitNormalizer(
  kind: DataConfig['normalize'],
  values: Float64Array,
  ranges: readonly Range[],
): Normalizer {
  if (kind === 'none') return identityNormalizer;
  const known = knownValues(values, ranges);
  if (known.length === 0) return identityNormalizer;
  if (kind === 'standard') {
    const mean = meanOf(known, [{ start: 0, end: known.length }]);
    let squares = 0;
    for (const value of known) squares += (value - mean) ** 2;
    return normalizer(mean, Math.sqrt(squares / known.length));
  }
  known.sort();
  const low = known[0] as number;
  if (kind === 'minMax') return normalizer(low, (known[known.length - 1] as number) - low);
  return normalizer(quantile(known, 0.5), quantile(known, 0.75) - quantile(known, 0.25));
}

/** A spread this small beside the offset is rounding of a constant, not variation (scikit-learn `_is_constant_feature`). */
function normalizer(offset: number, scale: number): Normalizer {
  return { offset, scale: scale <= 10 * Number.EPSILON * Math.abs(offset) ? 1 : scale };
}

/** The values of some ranges that are not missing, copied. */
export function knownValues(values: Float64Array, ranges: readonly Range[]): Float64Array {
  const known = new Float64Array(ranges.reduce((sum, { start, end }) => sum + end - start, 0));
  let count = 0;
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (!Number.isNaN(value)) known[count++] = value;
    }
  }
  return known.subarray(0, count);
}

/** Linear interpolation between order statistics (NumPy's default). @param sorted ascending, not empty. */
export function quantile(sorted: Float64Array, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(sorted.length - 1, below + 1)] as number;
  return low + (high - low) * (place - below);
}
