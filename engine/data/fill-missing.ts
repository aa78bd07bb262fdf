import type { DataConfig } from '../contract/data.ts';

/** A run of positions. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Positions at the beginning of a series that have no earlier value to repeat. */
export function leadingMissing(values: Float64Array, { start, end }: Range): number {
  let at = start;
  while (at < end && Number.isNaN(values[at])) at++;
  return at - start;
}

/**
 * Fills missing numbers in place.
 * - forward: the last value before, of the same series and never from later; series begin with a value
 *   (rows before it are dropped)
 * - interpolate: linear between neighbors by position, within the part of the split (pandas `interpolate()`); before
 *   the first value and after the last one, that value
 * - mean: the training mean
 * - mask: like mean; another input tells where
 * - error, drop: nothing is missing any more
 * @param series runs of one series each, with the rows before that are only looked back at.
 * @param segments runs of one series and part each.
 */
export function fillMissing(
  values: Float64Array,
  missing: DataConfig['missing'],
  series: readonly (Range & { readonly history: number })[],
  segments: readonly Range[],
  mean: number,
): void {
  if (missing === 'forward') {
    for (const { history, end } of series) fillForward(values, { start: history, end });
  }
  if (missing === 'interpolate') {
    for (const range of segments) interpolate(values, range);
    for (const { history, end } of series) fillBetween(values, { start: history, end });
  }
  if (missing === 'mean' || missing === 'mask') {
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = mean;
  }
}

function fillForward(values: Float64Array, { start, end }: Range): void {
  for (let i = start + 1; i < end; i++) if (Number.isNaN(values[i])) values[i] = values[i - 1] as number;
}

/**
 * Rows in no part, which samples only look back at: with the last value before, and before the first value with that.
 */
function fillBetween(values: Float64Array, { start, end }: Range): void {
  fillForward(values, { start, end });
  const leading = leadingMissing(values, { start, end });
  if (start + leading < end) values.fill(values[start + leading] as number, start, start + leading);
}

function interpolate(values: Float64Array, { start, end }: Range): void {
  let known = -1;
  for (let i = start; i < end; i++) {
    if (Number.isNaN(values[i])) continue;
    if (known < 0) values.fill(values[i] as number, start, i);
    else {
      const from = values[known] as number;
      const step = ((values[i] as number) - from) / (i - known);
      for (let k = known + 1; k < i; k++) values[k] = from + step * (k - known);
    }
    known = i;
  }
  if (known >= 0) values.fill(values[known] as number, known + 1, end);
}
