import { peakKernel, scaleKernel, toHalfKernel } from '../kernels/product.ts';
import type { ProgramWriter, Window } from '../program.ts';

/** Copies floats into halves. @returns where they lie. Places and counts are multiples of 4. */
export function writeHalves(writer: ProgramWriter, at: number, count: number): number {
  const to = writer.halfWorkspace(count);
  writer.elementwise(toHalfKernel, { VECTORS: true, HALF: true }, { count: count / 4, at, to });
  return to;
}

/** Workgroups that look for the largest value of a matrix. */
const mostPeaks = 128;
const valuesOfGroup = 4096;

/**
 * The factors of a backward pass whose gradients are kept as halves: a power of two that takes the largest gradient that
 * comes in to between 1/2 and 1, and its reciprocal. A loss scale for every layer and step, found anew each time (as in
 * Zhao, Vogel and Ahmed 2019, arXiv 1910.12385): none is skipped, and a gradient may grow 65 000 times on its way through
 * time before it is limited.
 * @returns where they lie.
 */
export function writeGradientScale(
  writer: ProgramWriter,
  gradients: readonly (Window & { readonly rows: number })[],
): number {
  const counts = gradients.map(({ rows, columns }) =>
    Math.max(1, Math.min(mostPeaks, Math.ceil((rows * columns) / valuesOfGroup))),
  );
  const count = counts.reduce((sum, one) => sum + one, 0);
  const peaks = writer.workspace(mostPeaks * gradients.length);
  let to = peaks;
  gradients.forEach(({ at, stride, rows, columns }, index) => {
    const groups = counts[index] ?? 1;
    writer.dispatch(peakKernel, {}, { rows, columns, at, stride, to }, [groups, 1, 1]);
    to += groups;
  });
  const scale = writer.workspace(4);
  writer.dispatch(scaleKernel, {}, { count, at: peaks, to: scale }, [1, 1, 1]);
  return scale;
}
