import type { Tolerance } from './case.ts';

/**
 * Compares a slot with what the reference made of it. Elements that the reference left as they were must be exactly
 * as they were; the others must be close, on the scale of the largest of them. NaN is never close, not even to NaN,
 * and an infinity only to itself.
 *
 * @returns null when all is well, or a sentence that names the worst element.
 */
export function compareFloats(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  initial: ArrayLike<number>,
  tolerance: Tolerance,
): string | null {
  if (actual.length !== expected.length) return `${actual.length} values instead of ${expected.length}`;
  const touched = Array.from(expected, (value, index) => !Object.is(value, initial[index]));
  const scale = largestMagnitude(Array.from(expected).filter((_, index) => touched[index]));
  const allowed = tolerance.absolute + tolerance.relative * scale;
  let worst = -1;
  let worstError = 0;
  let failures = 0;
  for (let index = 0; index < expected.length; index++) {
    const error = errorBetween(actual[index] as number, expected[index] as number);
    if (error <= (touched[index] ? allowed : 0)) continue;
    failures += 1;
    if (worst < 0 || !(error <= worstError)) {
      worst = index;
      worstError = error;
    }
  }
  if (failures === 0) return null;
  const what = touched[worst] ? `allowed ${allowed.toExponential(2)}` : 'it must not be touched';
  return (
    `${failures} of ${expected.length} values differ; worst at ${worst}: ${actual[worst]} instead of ` +
    `${expected[worst]} (error ${worstError.toExponential(2)}, ${what}, scale ${scale.toExponential(2)})`
  );
}

/** Distance; 0 for equal infinities and infinite wherever one side is NaN or only one is infinite. */
export function errorBetween(actual: number, expected: number): number {
  if (actual === expected) return 0;
  const error = Math.abs(actual - expected);
  return Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
}

/** Largest finite magnitude. */
export function largestMagnitude(values: readonly number[]): number {
  return values.reduce(
    (largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest),
    0,
  );
}

export function compareInts(actual: Int32Array, expected: Int32Array): string | null {
  const index = expected.findIndex((value, position) => value !== actual[position]);
  if (index < 0 && actual.length === expected.length) return null;
  return `value ${index}: ${actual[index]} instead of ${expected[index]}`;
}
