import { describe, expect, it } from 'vitest';
import { checkNativeBinding, createNativeBackend } from '../../engine/backends/native/index.ts';
import { loadNative } from '../support/backends.ts';

/** What the addon refuses, before it touches any memory. */
const binding = loadNative();

describe('the check of a loaded addon', () => {
  it('refuses another version', () => {
    expect(() => checkNativeBinding({ apiVersion: 0, instructionSets: ['avx2'] })).toThrowError(/version 0/);
    expect(() => checkNativeBinding(undefined)).toThrowError(/version none/);
  });

  it('refuses an addon that lacks a function', () => {
    const apiVersion = typeof binding === 'string' ? 1 : binding.apiVersion;
    expect(() => checkNativeBinding({ apiVersion, instructionSets: ['avx2'] })).toThrowError(/damaged/);
  });
});

if (typeof binding === 'string') {
  it.skip(`native arguments: ${binding}`, () => {});
} else {
  const arena = new Float32Array(16);
  const run = binding.run as (...values: readonly unknown[]) => void;
  const zero = (...slots: number[]): Int32Array => {
    // op `zero`: slots, then for each whatever its encoder wrote; here none.
    return Int32Array.of(14, 4 + slots.length, slots.length, ...slots, 0);
  };

  describe('arguments of a run', () => {
    const refused: readonly (readonly [string, readonly unknown[]])[] = [
      ['nothing', []],
      ['an unknown instruction set', [binding.instructionSets.length, arena, zero(), 1, 1, 1]],
      ['a negative instruction set', [-1, arena, zero(), 1, 1, 1]],
      ['an arena of another type', [0, new Float64Array(16), zero(), 1, 1, 1]],
      ['an arena that is no array', [0, {}, zero(), 1, 1, 1]],
      ['a program of floats', [0, arena, new Float32Array(4), 1, 1, 1]],
      ['negative timesteps', [0, arena, zero(), -1, 1, 1]],
      ['a fractional batch', [0, arena, zero(), 1, 1.5, 1]],
      ['a batch that is not a number', [0, arena, zero(), 1, Number.NaN, 1]],
      ['no thread', [0, arena, zero(), 1, 1, 0]],
      ['too many threads', [0, arena, zero(), 1, 1, 65]],
      ['a text for a number', [0, arena, zero(), '1', 1, 1]],
      ['an unknown op', [0, arena, Int32Array.of(20, 3, 0), 1, 1, 1]],
      ['a negative op', [0, arena, Int32Array.of(-1, 3, 0), 1, 1, 1]],
      ['a record longer than the program', [0, arena, Int32Array.of(14, 9, 0), 1, 1, 1]],
      ['a record of length 0', [0, arena, Int32Array.of(14, 0, 0), 1, 1, 1]],
      ['more slots than words', [0, arena, Int32Array.of(14, 3, 1), 1, 1, 1]],
      ['half a record', [0, arena, Int32Array.of(14, 3), 1, 1, 1]],
      ['a slot behind the arena', [0, arena, zero(17), 1, 1, 1]],
      ['a slot before the arena', [0, arena, zero(-2), 1, 1, 1]],
    ];
    it.each(refused)('refuses %s', (_, values) => {
      expect(() => run(...values)).toThrowError(TypeError);
    });
  });

  describe('other arguments', () => {
    const a = new Float32Array(6);
    it('refuses matrices that are too short', () => {
      expect(() => binding.product(0, 2, 2, 3, a, false, a, new Float32Array(3), false)).toThrowError(
        TypeError,
      );
      expect(() =>
        binding.product(0, 2, 2, 3, a.subarray(1), false, a, new Float32Array(4), false),
      ).toThrowError(TypeError);
    });

    it('refuses memory that was given away', () => {
      const given = new Float32Array(16);
      structuredClone(given.buffer, { transfer: [given.buffer] });
      expect(() => run(0, given, zero(1), 1, 1, 1)).toThrowError(TypeError);
    });

    it('says how far memory is behind a cache line', () => {
      const bytes = new Uint8Array(256);
      const first = binding.adopt(bytes);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(first).toBeLessThan(64);
      expect(binding.adopt(bytes.subarray(1))).toBe((first + 1) % 64);
    });
  });

  describe('options of the backend', () => {
    it.each([0, -1, 1.5, 65, Number.NaN])('refuses %s threads', (threads) => {
      expect(() => createNativeBackend(binding, { threads })).toThrowError(/threads/);
    });

    it('refuses an instruction set that the machine lacks', () => {
      expect(() => createNativeBackend(binding, { threads: 1, instructionSet: 'altivec' })).toThrowError(
        /no instruction set "altivec"/,
      );
    });
  });
}
