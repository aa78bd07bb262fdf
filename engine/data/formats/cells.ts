import type { ParsedColumn } from './parsed-table.ts';

/** A cell as JSON, a spreadsheet or a column file gives it. */
export type Cell = string | number | boolean | Date | null;

/** Whole numbers beyond this lose digits in a float64. */
export const largestWhole = 2 ** 53;

/**
 * A typed column from cells of any kind: of one kind it keeps that kind; of several it is text.
 * @param guess what its texts may still be read as.
 */
export function columnOfCells(
  name: string,
  cells: readonly (Cell | undefined)[],
  guess: 'all' | 'times' | 'none',
): ParsedColumn {
  const kinds = new Set<string>();
  let whole = true;
  let clock = false;
  for (const cell of cells) {
    if (cell === null || cell === undefined) continue;
    kinds.add(cell instanceof Date ? 'date' : typeof cell);
    if (typeof cell === 'number' && !(Number.isInteger(cell) && Math.abs(cell) < largestWhole)) whole = false;
    if (cell instanceof Date && cell.getTime() % 86_400_000 !== 0) clock = true;
  }
  const [kind] = kinds;
  if (kinds.size > 1 || kind === 'string') {
    const values = cells.map((cell) => (cell === null || cell === undefined ? null : textOf(cell)));
    // Words among numbers, or numbers among words: every cell is looked at as in a CSV file.
    return { name, kind: 'text', values, guess: kinds.size > 1 ? 'all' : guess };
  }
  const values = Float64Array.from(cells, numberOf);
  if (kind === 'date') return { name, kind: 'time', values, format: clock ? 'datetime' : 'date' };
  const numeric = kind === 'boolean' ? 'boolean' : whole && kind !== undefined ? 'integer' : 'number';
  return { name, kind: numeric, values, format: null };
}

function numberOf(cell: Cell | undefined): number {
  if (cell === null || cell === undefined) return Number.NaN;
  return cell instanceof Date ? cell.getTime() : Number(cell);
}

function textOf(cell: string | number | boolean | Date): string {
  if (!(cell instanceof Date)) return String(cell);
  return Number.isNaN(cell.getTime())
    ? ''
    : cell
        .toISOString()
        .replace('T', ' ')
        .replace(/\.000Z$|Z$/, '');
}
