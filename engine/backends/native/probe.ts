import type { NativeBinding } from './binding.ts';

/**
 * What this processor can do at best, for the benchmark's comparison: loops on the same threads and instruction set as
 * the kernels. Times are for the caller to take.
 */
export interface NativeProbe {
  /** Multiply-adds in registers only, on every thread; returns the float32 operations done. */
  multiply(iterations: number): number;
  /** Every thread reads its own equal part of `data`, `passes` times. */
  read(data: Float32Array, passes: number): void;
}

/** @param instructionSet one of `binding.instructionSets`; by default the last. */
export function createNativeProbe(
  binding: NativeBinding,
  options: { readonly threads: number; readonly instructionSet?: string },
): NativeProbe {
  const { threads, instructionSet } = options;
  const set =
    instructionSet === undefined
      ? binding.instructionSets.length - 1
      : binding.instructionSets.indexOf(instructionSet);
  return {
    multiply: (iterations) => binding.multiplyLoop(set, threads, iterations),
    read: (data, passes) => {
      binding.readLoop(set, threads, data, passes);
    },
  };
}
