/**
 * Sizes that encoders and kernels agree on, because one reserves workspace that the other uses. The names of the C++
 * constants are the same; a test compares the values.
 */

/** ops/elements.h: elements in one partial sum. */
export const blockElements = 4096;

/** ops/loss.h: rows in one partial sum of a loss. */
export const lossRows = 64;

/** gemm.h: floats of scratch that a matrix product needs on each thread. */
export const gemmScratch = 256 * (192 + 96);

/** Floats of workspace for the partial sums (doubles) of `count` things taken `size` at a time. */
export function partialSums(count: number, size: number): number {
  return 2 * Math.ceil(count / size);
}
