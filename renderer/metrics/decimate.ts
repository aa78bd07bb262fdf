import type { Curve } from './curve.ts';
import { firstAtLeast } from './growing.ts';

/** A point of a drawn line; `y` NaN breaks the line. */
export interface DrawnPoint {
  x: number;
  y: number;
}

export interface DrawnRange {
  readonly from: number;
  readonly to: number;
  /** Pixels of the axis. */
  readonly pixels: number;
}

/**
 * The points of a curve worth drawing: all of them where they are fewer than two a pixel, else the first, lowest,
 * highest and last of every pixel column in their order, so that no spike is lost. One point on each side of the range
 * is kept, so that the line leaves the picture. A column without a finite value becomes a gap.
 *
 * Fills `points`, whose objects are used again, and returns how many it filled.
 */
export function decimate(curve: Curve, { from, to, pixels }: DrawnRange, points: DrawnPoint[]): number {
  const { length } = curve;
  const xs = curve.x.view().subarray(0, length);
  const ys = curve.y.view();
  const start = Math.max(0, firstAtLeast(xs, from) - 1);
  const end = Math.min(length, firstAtLeast(xs, to) + 1);
  let count = 0;
  const put = (index: number): void => {
    const value = ys[index] as number;
    count = write(points, count, xs[index] as number, Number.isFinite(value) ? value : Number.NaN);
  };
  if (end - start <= 2 * pixels) {
    for (let index = start; index < end; index++) put(index);
    return count;
  }
  const width = (to - from) / pixels;
  let index = start;
  while (index < end) {
    const column = Math.floor(((xs[index] as number) - from) / width);
    const next = Math.max(index + 1, firstAtLeast(xs, from + (column + 1) * width, index, end));
    const { lowest, highest } = curve.extremes(index, next);
    if (lowest < 0) count = write(points, count, xs[index] as number, Number.NaN);
    else {
      const order = [index, Math.min(lowest, highest), Math.max(lowest, highest), next - 1];
      let last = -1;
      for (const at of order) {
        if (at !== last && Number.isFinite(ys[at] as number)) put(at);
        last = at;
      }
    }
    index = next;
  }
  return count;
}

function write(points: DrawnPoint[], count: number, x: number, y: number): number {
  const point = points[count];
  if (point === undefined) points.push({ x, y });
  else {
    point.x = x;
    point.y = y;
  }
  return count + 1;
}

/** The index of the point nearest to `x`, or -1 in an empty curve. */
export function nearestIndex(curve: Curve, x: number): number {
  const { length } = curve;
  if (length === 0) return -1;
  const xs = curve.x.view().subarray(0, length);
  const after = Math.min(length - 1, firstAtLeast(xs, x));
  const before = Math.max(0, after - 1);
  return x - (xs[before] as number) < (xs[after] as number) - x ? before : after;
}
