import type { ColumnProfile } from './profile.ts';
import { type Column, cellText } from './table.ts';

export type ColumnCounts = Omit<ColumnProfile, 'autocorrelation' | 'constantInSeries'>;

type TextColumn = Extract<Column, { type: 'text' }>;
type NumberColumn = Exclude<Column, { type: 'text' }>;

/** Counting every distinct value of a measured quantity costs time and tells nothing more. */
const distinctLimit = 10_000;
const shownRows = 10;
const shownValues = 12;
/** Values are counted one by one up to this many distinct ones. */
const countedValues = 1000;

/** What the cells of one column tell without the others. Looks at every cell. */
export function countColumn(column: Column, rowCount: number): ColumnCounts {
  return column.type === 'text' ? countTexts(column, rowCount) : countNumbers(column, rowCount);
}

function countTexts(column: TextColumn, rowCount: number): ColumnCounts {
  const { codes, dictionary } = column;
  const missingRows: number[] = [];
  const counts = new Uint32Array(dictionary.length);
  let missing = 0;
  for (let row = 0; row < rowCount; row++) {
    const code = codes[row] as number;
    if (code >= 0) counts[code] = (counts[code] as number) + 1;
    else {
      missing++;
      if (missingRows.length < shownRows) missingRows.push(row + 1);
    }
  }
  const seen = [...counts.entries()].filter(([, count]) => count > 0);
  return {
    ...nothingNumeric,
    name: column.name,
    type: column.type,
    missing,
    missingRows,
    distinct: dictionary.length,
    constant: seen.length === 1,
    values: mostFrequent(seen, (code) => dictionary[code] ?? ''),
    almost: column.almost,
    text: textLengths(dictionary),
  };
}

const nothingNumeric = {
  infinite: 0,
  infiniteRows: [],
  binary: false,
  counter: false,
  minimum: null,
  maximum: null,
  mean: null,
} as const;

function countNumbers(column: NumberColumn, rowCount: number): ColumnCounts {
  // The columns of a large table lie in a file: each is asked for once.
  const { values } = column;
  const missingRows: number[] = [];
  const infiniteRows: number[] = [];
  let missing = 0;
  let infinite = 0;
  let binary = column.type !== 'time';
  let counter = column.type === 'integer' && rowCount > 1;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let row = 0; row < rowCount; row++) {
    const value = values[row] as number;
    if (Number.isFinite(value)) {
      if (value !== 0 && value !== 1) binary = false;
      if (row > 0 && value !== (values[row - 1] as number) + 1) counter = false;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      sum += value;
    } else if (Number.isNaN(value)) {
      missing++;
      if (missingRows.length < shownRows) missingRows.push(row + 1);
      counter = false;
    } else {
      infinite++;
      if (infiniteRows.length < shownRows) infiniteRows.push(row + 1);
      binary = false;
    }
  }
  const counts = countDistinct(values, rowCount);
  const finite = rowCount - missing - infinite;
  return {
    name: column.name,
    type: column.type,
    missing,
    missingRows,
    infinite,
    infiniteRows,
    distinct: counts.size,
    constant: counts.size === 1,
    binary: binary && counts.size > 0,
    counter,
    minimum: finite > 0 ? minimum : null,
    maximum: finite > 0 ? maximum : null,
    mean: finite > 0 ? sum / finite : null,
    values: mostFrequent([...counts], (value) => cellText(column, values.indexOf(value)) ?? ''),
    almost: null,
    text: null,
  };
}

/** How often each value occurs, until there are too many distinct ones. */
function countDistinct(values: Float64Array, rowCount: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < rowCount && counts.size < distinctLimit; row++) {
    const value = values[row] as number;
    if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** @returns nothing where there are too many for the most frequent ones to tell anything. */
function mostFrequent(
  counts: readonly (readonly [number, number])[],
  textOf: (value: number) => string,
): { text: string; count: number }[] {
  if (counts.length > countedValues) return [];
  return counts
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, shownValues)
    .map(([value, count]) => ({ text: textOf(value), count }));
}

/** Enough texts to know how long they are. */
const measuredTexts = 2000;

/** Runs of letters and digits are words; of Chinese and Japanese, which put no blanks, two characters make one. */
function textLengths(dictionary: readonly string[]): NonNullable<ColumnProfile['text']> {
  const texts = dictionary.slice(0, measuredTexts);
  let characters = 0;
  let words = 0;
  for (const text of texts) {
    characters += text.length;
    const dense = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
    words += dense / 2;
    words += text.match(/[\p{L}\p{N}'’]+/gu)?.filter((word) => !/\p{Script=Han}/u.test(word)).length ?? 0;
  }
  const count = Math.max(1, texts.length);
  return { characters: characters / count, words: words / count };
}
