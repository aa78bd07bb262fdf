import type { Arrangement } from './arrange.ts';
import { hashText } from './hash.ts';
import type { OrderedRows } from './order.ts';
import { type Column, cellText } from './table.ts';

/** [positions] index of the category of each row, -1 where it is missing or unknown. */
export function categoryCodes(
  column: Column,
  categories: readonly string[],
  { table, ordered }: Arrangement,
  warnings: string[],
): Int32Array {
  const index = new Map(categories.map((category, i) => [category, i]));
  const codes = new Int32Array(ordered.rows.length);
  const unseen = new Map<string, number>();
  const byCode = column.type === 'text' ? column.dictionary.map((text) => index.get(text) ?? -1) : null;
  for (let i = 0; i < codes.length; i++) {
    const row = ordered.rows[i] as number;
    if (byCode !== null && column.type === 'text') {
      const code = column.codes[row] as number;
      codes[i] = code < 0 ? -1 : (byCode[code] as number);
      if (code >= 0 && codes[i] === -1) count(unseen, column.dictionary[code] as string);
      continue;
    }
    const text = cellText(column, row);
    const code = text === null ? undefined : index.get(text);
    codes[i] = code ?? -1;
    if (text !== null && code === undefined) count(unseen, text);
  }
  if (unseen.size > 0) warnings.push(unseenSentence(table.name, column.name, unseen));
  return codes;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function unseenSentence(table: string, column: string, unseen: ReadonlyMap<string, number>): string {
  const names = [...unseen.keys()].slice(0, 5).map((name) => `"${name}"`);
  const more = unseen.size > names.length ? ` and ${unseen.size - names.length} more` : '';
  const rows = [...unseen.values()].reduce((sum, value) => sum + value, 0);
  return `${table}, column "${column}": ${names.join(', ')}${more} did not occur in the training part; ${rows} ${rows === 1 ? 'row counts' : 'rows count'} as unknown.`;
}

/** [positions] bucket of each row by the hash of its text, -1 where it is missing. */
export function hashCodes(column: Column, buckets: number, { rows }: OrderedRows): Int32Array {
  if (column.type === 'text') {
    const byCode = column.dictionary.map((text) => hashText(text) % buckets);
    return rows.map((row) => byCode[column.codes[row] as number] ?? -1);
  }
  return rows.map((row) => {
    const text = cellText(column, row);
    return text === null ? -1 : hashText(text) % buckets;
  });
}
