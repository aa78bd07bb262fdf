import type { ClipConfig } from '../contract/columns.ts';
import type { Range } from './fill-missing.ts';
import { knownValues, meanOf, quantile } from './statistics.ts';

/** The bounds of what is no outlier, from the values of the training part; null without any. */
export function fitClip(
  clip: ClipConfig,
  values: Float64Array,
  ranges: readonly Range[],
): [number, number] | null {
  const known = knownValues(values, ranges);
  if (known.length === 0) return null;
  if (clip.kind === 'deviation') {
    const mean = meanOf(known, [{ start: 0, end: known.length }]);
    let squares = 0;
    for (const value of known) squares += (value - mean) ** 2;
    const spread = clip.factor * Math.sqrt(squares / known.length);
    return [mean - spread, mean + spread];
  }
  known.sort();
  if (clip.kind === 'quantile') return [quantile(known, clip.low), quantile(known, clip.high)];
  const low = quantile(known, 0.25);
  const high = quantile(known, 0.75);
  const spread = clip.factor * (high - low);
  return [low - spread, high + spread];
}

/** Moves what lies outside the bounds to them, in place and in some ranges only. */
export function applyClip(
  bounds: readonly [number, number],
  values: Float64Array,
  ranges: readonly Range[],
): void {
  const [low, high] = bounds;
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      const value = values[i] as number;
      if (value < low) values[i] = low;
      else if (value > high) values[i] = high;
    }
  }
}
