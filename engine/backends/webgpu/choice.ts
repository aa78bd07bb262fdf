import type { Tuning } from './tuning.ts';

/** That a dispatch could be made in several ways. All come to the same bits, so that only time tells them apart. */
export interface Choice {
  /** What is chosen, and for which sizes. */
  readonly key: string;
  /** Floating-point operations that depend on it in a run, a multiply-add counting as two. */
  readonly work: number;
  readonly ways: number;
  /** The way that was taken, and the one that is taken where nothing was measured: places in the list of ways. */
  readonly way: number;
  readonly usual: number;
}

/** Takes the way that was measured to be the fastest, or the usual one. */
export function choose<Way>(
  tuning: Tuning,
  key: string,
  work: number,
  ways: readonly Way[],
  usual: Way,
): { readonly way: Way; readonly choice: Choice } {
  const place = ways.indexOf(usual);
  const measured = tuning.ways.get(key) ?? place;
  const taken = measured < ways.length ? measured : place;
  return {
    way: ways[taken] ?? usual,
    choice: { key, work, ways: ways.length, way: taken, usual: place },
  };
}
