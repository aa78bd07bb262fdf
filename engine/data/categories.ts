import { WorkbenchError } from '../base/errors.ts';
import type { Range } from './fill-missing.ts';
import { type Column, cellText, type Table } from './table.ts';

/** More one-hot columns or embedding entries than this are no categories. */
const maximumCategories = 100_000;

/**
 * The distinct texts of a column in some ranges of the ordered rows. Numbers in order of size, texts by code point, so
 * that the order does not depend on the order of rows or on the language of the machine.
 */
export function categoriesOf(column: Column, rows: Int32Array, ranges: readonly Range[]): string[] {
  if (column.type === 'text' && column.vocabulary === true) return [...column.dictionary];
  const found = new Set<string>();
  const codes = new Set<number>();
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      const row = rows[i] as number;
      if (column.type === 'text') codes.add(column.codes[row] as number);
      else {
        const text = cellText(column, row);
        if (text !== null) found.add(text);
      }
    }
  }
  if (column.type === 'text') {
    for (const code of codes) if (code >= 0) found.add(column.dictionary[code] as string);
  }
  const categories = [...found];
  if (column.type === 'number' || column.type === 'integer')
    return categories.sort((a, b) => Number(a) - Number(b));
  return categories.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The categories that are told apart: at least `minimumCount` rows of the ranges have them, and they are among the
 * `maximum` most frequent ones (of equally frequent ones the first).
 */
export function frequentCategories(
  column: Column,
  categories: readonly string[],
  rows: Int32Array,
  ranges: readonly Range[],
  limits: { readonly minimumCount: number; readonly maximum: number },
): string[] {
  if (limits.minimumCount <= 1 && categories.length <= limits.maximum) return [...categories];
  const counts = new Map<string, number>();
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      const text = cellText(column, rows[i] as number);
      if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const count = (category: string): number => counts.get(category) ?? 0;
  const frequent = categories.filter((category) => count(category) >= limits.minimumCount);
  const kept = new Set(
    frequent
      .map((category, place) => ({ category, place }))
      .sort((a, b) => count(b.category) - count(a.category) || a.place - b.place)
      .slice(0, limits.maximum)
      .map(({ category }) => category),
  );
  return frequent.filter((category) => kept.has(category));
}

export function requireCategories(
  column: Column,
  categories: readonly string[],
  table: Table,
  warnings: string[],
): void {
  if (categories.length > maximumCategories) {
    throw new WorkbenchError(
      'data/too-wide',
      `Column "${column.name}" has ${categories.length} categories; at most ${maximumCategories} are encoded`,
      {
        where: `${table.name}, column "${column.name}"`,
        hint: 'Give it the role "ignore", or group its values.',
      },
    );
  }
  if (categories.length === 0) {
    warnings.push(
      `Column "${column.name}" has no values in the training part; every category counts as unknown.`,
    );
  }
}
