/** Which stretches of a long table must be at hand to show some rows, and which are worth fetching ahead. */

export const pageRows = 500;
/** Pages kept at most: some tens of thousands of rows. */
export const keptPages = 60;

export function pagesOf(first: number, count: number, total: number): number[] {
  const last = Math.min(total, first + count) - 1;
  if (last < first) return [];
  const from = Math.floor(Math.max(0, first) / pageRows);
  const to = Math.floor(last / pageRows);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The pages on both sides of those that are shown, nearest first. */
export function pagesAhead(shown: readonly number[], total: number): number[] {
  const first = shown[0];
  const last = shown.at(-1);
  if (first === undefined || last === undefined) return [];
  const pages = Math.ceil(total / pageRows);
  return [last + 1, first - 1, last + 2, first - 2].filter((page) => page >= 0 && page < pages);
}

/** The pages to let go: those furthest from what is shown, beyond the number that is kept. */
export function pagesToDrop(held: readonly number[], shown: readonly number[]): number[] {
  const center = shown[0] ?? 0;
  const byDistance = [...held].sort((a, b) => Math.abs(a - center) - Math.abs(b - center));
  return byDistance.slice(keptPages);
}

/** Browsers stop at about 33 million pixels of height; far below that, scrolling is scaled. */
const tallest = 8_000_000;

export interface ScrollScale {
  /** Height of everything that can be scrolled, in pixels. */
  readonly height: number;
  /** Rows for each pixel that is scrolled. */
  readonly rowsPerPixel: number;
}

/** How a scroll bar of limited length stands for any number of rows. */
export function scrollScale(total: number, rowHeight: number, viewport: number): ScrollScale {
  const full = total * rowHeight;
  const height = Math.min(full, tallest);
  const travel = Math.max(1, height - viewport);
  const rows = Math.max(0, total - viewport / rowHeight);
  return { height, rowsPerPixel: full <= tallest ? 1 / rowHeight : rows / travel };
}
