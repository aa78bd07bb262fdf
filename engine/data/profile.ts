import type { Range } from './fill-missing.ts';
import { findStructure, type SeriesProfile, type SplitProfile, type TimeProfile } from './structure.ts';
import { type AlmostTyped, type Column, type ColumnType, cellText, isMissing, type Table } from './table.ts';

export type { SeriesProfile, SplitProfile, TimeProfile } from './structure.ts';

/** What is known of a table before anything is decided. JSON values only. */
export interface Profile {
  readonly name: string;
  readonly rowCount: number;
  readonly columns: readonly ColumnProfile[];
  readonly time: TimeProfile | null;
  readonly series: SeriesProfile | null;
  /** Column that names the part of each row, with its values by part. */
  readonly split: SplitProfile | null;
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** First rows with nothing in the column, 1-based, at most ten. */
  readonly missingRows: readonly number[];
  readonly infinite: number;
  readonly infiniteRows: readonly number[];
  /** Distinct values, counted up to `distinctLimit`. */
  readonly distinct: number;
  /** Every non-missing value is the same. */
  readonly constant: boolean;
  /** Every non-missing value is 0 or 1 (or true and false). */
  readonly binary: boolean;
  /** Every value is that of the row before plus one: a row number. */
  readonly counter: boolean;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Correlation of neighboring rows of a series in order of time: how far the next value can be told; null for text. */
  readonly autocorrelation: number | null;
  /** Whether the column has one value per series; false without series. */
  readonly constantInSeries: boolean;
  /** Most frequent values first, at most twelve; empty for columns with very many distinct values. */
  readonly values: readonly { readonly text: string; readonly count: number }[];
  readonly almost: AlmostTyped | null;
  /** Of a text column: how long its distinct texts are on average; null for other columns. */
  readonly text: { readonly characters: number; readonly words: number } | null;
}

/** Counting every distinct value of a measured quantity costs time and tells nothing more. */
const distinctLimit = 10_000;
const shownRows = 10;
const shownValues = 12;
/** Values are counted one by one up to this many distinct ones. */
const countedValues = 1000;

/** Looks at every cell. */
export function profileTable(table: Table): Profile {
  const counted = table.columns.map((column) => countColumn(column, table.rowCount));
  const structure = findStructure(table, counted);
  const { rows, ranges } = structure;
  const columns = table.columns.map((column, i): ColumnProfile => {
    const counts = counted[i] as ColumnCounts;
    return {
      ...counts,
      autocorrelation:
        column.type === 'text' || column.type === 'time'
          ? null
          : neighborCorrelation(column.values, rows, ranges),
      constantInSeries: structure.series !== null && ranges.every((range) => constantIn(column, rows, range)),
    };
  });
  const { time, series, split } = structure;
  return { name: table.name, rowCount: table.rowCount, columns, time, series, split };
}

export type ColumnCounts = Omit<ColumnProfile, 'autocorrelation' | 'constantInSeries'>;

function countColumn(column: Column, rowCount: number): ColumnCounts {
  const missingRows: number[] = [];
  const infiniteRows: number[] = [];
  const counts = new Map<number, number>();
  let missing = 0;
  let infinite = 0;
  let binary = column.type !== 'text' && column.type !== 'time';
  let counter = column.type === 'integer' && rowCount > 1;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  const cells = column.type === 'text' ? column.codes : column.values;
  for (let row = 0; row < rowCount; row++) {
    if (isMissing(column, row)) {
      missing++;
      if (missingRows.length < shownRows) missingRows.push(row + 1);
      counter = false;
      continue;
    }
    const value = cells[row] as number;
    if (counts.size < distinctLimit) counts.set(value, (counts.get(value) ?? 0) + 1);
    if (column.type === 'text') continue;
    if (!Number.isFinite(value)) {
      infinite++;
      if (infiniteRows.length < shownRows) infiniteRows.push(row + 1);
      binary = false;
      continue;
    }
    if (value !== 0 && value !== 1) binary = false;
    if (row > 0 && value !== (cells[row - 1] as number) + 1) counter = false;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
  }
  const numeric = column.type !== 'text' && minimum <= maximum;
  return {
    name: column.name,
    type: column.type,
    missing,
    missingRows,
    infinite,
    infiniteRows,
    distinct: column.type === 'text' ? column.dictionary.length : counts.size,
    constant: counts.size === 1,
    binary: binary && counts.size > 0,
    counter,
    minimum: numeric ? minimum : null,
    maximum: numeric ? maximum : null,
    mean: numeric ? sum / (rowCount - missing - infinite) : null,
    values: counts.size > countedValues ? [] : frequent(column, counts),
    almost: column.type === 'text' ? column.almost : null,
    text: column.type === 'text' ? textLengths(column.dictionary) : null,
  };
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

function frequent(column: Column, counts: ReadonlyMap<number, number>): { text: string; count: number }[] {
  const cells = column.type === 'text' ? column.codes : column.values;
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, shownValues)
    .map(([value, count]) => ({ text: cellText(column, cells.indexOf(value)) ?? '', count }));
}

function constantIn(column: Column, rows: Int32Array, { start, end }: Range): boolean {
  const cells = column.type === 'text' ? column.codes : column.values;
  const first = cells[rows[start] as number] as number;
  for (let i = start + 1; i < end; i++) if (cells[rows[i] as number] !== first) return false;
  return true;
}

/** Pearson correlation of each value with the next one of its series; null where there are too few or no variation. */
function neighborCorrelation(
  values: Float64Array,
  rows: Int32Array,
  ranges: readonly Range[],
): number | null {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  const each = (use: (a: number, b: number) => void) => {
    for (const { start, end } of ranges) {
      for (let i = start; i + 1 < end; i++) {
        const a = values[rows[i] as number] as number;
        const b = values[rows[i + 1] as number] as number;
        if (Number.isFinite(a) && Number.isFinite(b)) use(a, b);
      }
    }
  };
  each((a, b) => {
    count++;
    sumA += a;
    sumB += b;
  });
  if (count < 3) return null;
  const meanA = sumA / count;
  const meanB = sumB / count;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  each((a, b) => {
    squaresA += (a - meanA) ** 2;
    squaresB += (b - meanB) ** 2;
    products += (a - meanA) * (b - meanB);
  });
  const spread = Math.sqrt(squaresA * squaresB);
  return spread > 0 ? products / spread : null;
}
