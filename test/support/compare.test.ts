import { describe, expect, it } from 'vitest';
import { compareFloats, compareInts, errorBetween } from './compare.ts';

const tolerance = { relative: 1e-5, absolute: 0 };
const untouched = (count: number): number[] => new Array<number>(count).fill(-98765.43);

describe('compareFloats', () => {
  it('accepts errors within the tolerance of the largest value', () => {
    expect(compareFloats([1.0000099, 0.00001], [1, 0], untouched(2), tolerance)).toBeNull();
  });

  it('refuses an error beyond it and names the worst element', () => {
    const problem = compareFloats([1.00002, 1.5, 3], [1, 2, 3], untouched(3), tolerance);
    expect(problem).toContain('1 of 3 values differ; worst at 1: 1.5 instead of 2');
  });

  it('never takes NaN for close, not even to NaN', () => {
    expect(compareFloats([Number.NaN], [0], untouched(1), tolerance)).toContain('NaN instead of 0');
    expect(compareFloats([0], [Number.NaN], untouched(1), tolerance)).not.toBeNull();
    expect(compareFloats([Number.NaN], [Number.NaN], untouched(1), tolerance)).not.toBeNull();
    expect(compareFloats([1e300, Number.NaN], [0, 0], untouched(2), tolerance)).toContain('2 of 2');
  });

  it('takes an infinity only for itself', () => {
    const infinite = Number.POSITIVE_INFINITY;
    expect(compareFloats([infinite], [infinite], untouched(1), tolerance)).toBeNull();
    expect(compareFloats([-infinite], [infinite], untouched(1), tolerance)).not.toBeNull();
    expect(compareFloats([1e38], [infinite], untouched(1), tolerance)).not.toBeNull();
    expect(compareFloats([infinite], [1e38], untouched(1), tolerance)).not.toBeNull();
  });

  it('wants elements that the reference left alone exactly as they were', () => {
    expect(compareFloats([5, 7.0000001], [5.00001, 7], [1, 7], tolerance)).toContain('must not be touched');
    expect(compareFloats([5, 7], [5.00001, 7], [1, 7], tolerance)).toBeNull();
  });

  it('does not let untouched sentinels widen the scale', () => {
    expect(compareFloats([1e6, 1.1], [1e6, 1], [1e6, 0], tolerance)).not.toBeNull();
  });

  it('refuses another number of values', () => {
    expect(compareFloats([1], [1, 2], [0, 0], tolerance)).toContain('1 values instead of 2');
  });
});

describe('errorBetween', () => {
  it('is infinite for NaN', () => {
    expect(errorBetween(Number.NaN, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(errorBetween(2, 1.5)).toBe(0.5);
  });
});

describe('compareInts', () => {
  it('wants every value', () => {
    expect(compareInts(Int32Array.of(1, 2), Int32Array.of(1, 2))).toBeNull();
    expect(compareInts(Int32Array.of(1, 3), Int32Array.of(1, 2))).toBe('value 1: 3 instead of 2');
  });
});
