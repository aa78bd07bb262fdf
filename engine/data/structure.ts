import type { Range } from './fill-missing.ts';
import { nameOfStep } from './frequency.ts';
import { sortByTime } from './order.ts';
import type { ColumnCounts } from './count-column.ts';
import type { Column, Table } from './table.ts';

export interface TimeProfile {
  readonly column: string;
  /** Most frequent distance between neighboring rows of a series: milliseconds, or units of a numeric column. */
  readonly step: number | null;
  /** What a person calls it: "hourly", "daily", "monthly", "every 10 minutes"; null where it has no name. */
  readonly frequency: string | null;
  /** Neighboring rows further apart than the step, and rows with a time that stood before in the same series. */
  readonly gaps: number;
  readonly duplicates: number;
  /** Whether the rows of every series stand in order of time. */
  readonly ordered: boolean;
}

export interface SeriesProfile {
  readonly column: string;
  readonly count: number;
  readonly shortest: number;
  readonly longest: number;
}

export interface SplitProfile {
  readonly column: string;
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

export interface Structure {
  readonly time: TimeProfile | null;
  readonly series: SeriesProfile | null;
  readonly split: SplitProfile | null;
  /** Rows by series and time, and the runs of each series. */
  readonly rows: Int32Array;
  readonly ranges: readonly Range[];
}

const timeName =
  /^(date|datetime|date_time|time|timestamp|ds|t|step|timestep|time_step|index|idx|frame|position|pos|year|day|hour|minute|second|month|week|period|epoch|tick)$/i;
const seriesName =
  /(^|_)(series|id|unique_id|uid|group|entity|sensor|station|site|store|shop|item|product|sku|symbol|ticker|subject|patient|user|customer|device|machine|unit|session|sequence|seq|trial|recording|region|country|city)(_id)?$/i;
const splitName = /^(split|set|subset|partition|fold|part|phase|usage)$/i;

/** Finds which column orders the rows, which tells series apart and which names the part of a row. */
export function findStructure(table: Table, counts: readonly ColumnCounts[]): Structure {
  const split = findSplit(counts);
  const free = table.columns
    .map((column, i) => ({ column, counts: counts[i] as ColumnCounts }))
    .filter(({ column }) => column.name !== split?.column);
  const clocks = free.filter(isClock).sort((a, b) => clockRank(a) - clockRank(b));
  for (const clock of clocks) {
    const found = tryClock(table, clock.column, free);
    if (found !== null) return { ...found, split };
  }
  const series = seriesWithoutTime(table, free);
  const grouped = group(table, series);
  return { time: null, series: describeSeries(series, grouped.ranges), split, ...grouped };
}

interface Candidate {
  readonly column: Column;
  readonly counts: ColumnCounts;
}

/** Times, and whole numbers or numbers whose name says that they count time. */
function isClock({ column, counts }: Candidate): boolean {
  if (counts.missing > 0 || counts.constant || counts.infinite > 0) return false;
  if (column.type === 'time') return true;
  return (column.type === 'integer' || column.type === 'number') && timeName.test(column.name);
}

function clockRank({ column }: Candidate): number {
  return (column.type === 'time' ? 0 : 2) + (timeName.test(column.name) ? 0 : 1);
}

function tryClock(table: Table, clock: Column, free: readonly Candidate[]): Omit<Structure, 'split'> | null {
  const plain = group(table, null);
  const alone = measure(clock, plain);
  const keys =
    alone.duplicates === 0 ? [] : free.filter((candidate) => couldBeSeries(candidate, clock, table));
  keys.sort((a, b) => seriesRank(a) - seriesRank(b));
  for (const { column } of keys) {
    const grouped = group(table, column);
    const measured = measure(clock, grouped);
    if (measured.duplicates > 0 || grouped.ranges.length > table.rowCount / 2) continue;
    if (clock.type !== 'time' && !measured.ordered) continue;
    return {
      time: { column: clock.name, ...measured },
      series: describeSeries(column, grouped.ranges),
      ...sortRanges(clock, grouped),
    };
  }
  // A number that neither rises nor is unique counts something else; a date is a date.
  if (clock.type !== 'time' && (alone.duplicates > 0 || !alone.ordered)) return null;
  return { time: { column: clock.name, ...alone }, series: null, ...sortRanges(clock, plain) };
}

function couldBeSeries({ column, counts }: Candidate, clock: Column, table: Table): boolean {
  if (column === clock || column.type === 'time' || column.type === 'number') return false;
  return counts.missing === 0 && counts.distinct > 1 && counts.distinct <= table.rowCount / 2;
}

function seriesRank({ column, counts }: Candidate): number {
  const named = seriesName.test(column.name) ? 0 : 1e9;
  return named + (column.type === 'text' ? 0 : 1e6) + counts.distinct;
}

/** Without a time: a column whose name says so and whose values stand in one block each. */
function seriesWithoutTime(table: Table, free: readonly Candidate[]): Column | null {
  for (const { column, counts } of free) {
    if (!seriesName.test(column.name) || counts.missing > 0 || column.type === 'time') continue;
    if (counts.distinct < 2 || counts.distinct > table.rowCount / 2) continue;
    const cells = column.type === 'text' ? column.codes : column.values;
    let blocks = 1;
    for (let row = 1; row < table.rowCount; row++) if (cells[row] !== cells[row - 1]) blocks++;
    if (blocks === counts.distinct) return column;
  }
  return null;
}

interface Grouped {
  readonly rows: Int32Array;
  readonly ranges: readonly Range[];
}

/** Rows by the value of a column, in order of its first appearance: a counting sort. */
function group({ rowCount }: Table, column: Column | null): Grouped {
  const rows = new Int32Array(rowCount);
  if (column === null) {
    for (let row = 0; row < rowCount; row++) rows[row] = row;
    return { rows, ranges: [{ start: 0, end: rowCount }] };
  }
  const cells = column.type === 'text' ? column.codes : column.values;
  const numbers = new Map<number, number>();
  const lengths: number[] = [];
  const index = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const cell = cells[row] as number;
    let number = numbers.get(cell);
    if (number === undefined) {
      number = lengths.push(0) - 1;
      numbers.set(cell, number);
    }
    index[row] = number;
    lengths[number] = (lengths[number] as number) + 1;
  }
  const ranges: Range[] = [];
  for (const length of lengths) {
    const start = ranges.at(-1)?.end ?? 0;
    ranges.push({ start, end: start + length });
  }
  const next = Int32Array.from(ranges, ({ start }) => start);
  for (let row = 0; row < rowCount; row++) {
    const number = index[row] as number;
    const place = next[number] as number;
    rows[place] = row;
    next[number] = place + 1;
  }
  return { rows, ranges };
}

function sortRanges(clock: Column, { rows, ranges }: Grouped): Grouped {
  if (clock.type === 'text') return { rows, ranges };
  const { values } = clock;
  const sorted = rows.slice();
  for (const { start, end } of ranges) sortByTime(sorted.subarray(start, end), values);
  return { rows: sorted, ranges };
}

function measure(clock: Column, grouped: Grouped): Omit<TimeProfile, 'column'> {
  if (clock.type === 'text') return { step: null, frequency: null, gaps: 0, duplicates: 0, ordered: true };
  const { values } = clock;
  const { rows, ranges } = sortRanges(clock, grouped);
  let ordered = true;
  let duplicates = 0;
  const distances = new Map<number, number>();
  for (const { start, end } of ranges) {
    for (let i = start + 1; i < end; i++) {
      if ((values[grouped.rows[i] as number] as number) < (values[grouped.rows[i - 1] as number] as number)) {
        ordered = false;
      }
      const distance = (values[rows[i] as number] as number) - (values[rows[i - 1] as number] as number);
      if (distance === 0) duplicates++;
      else distances.set(distance, (distances.get(distance) ?? 0) + 1);
    }
  }
  return { ...nameOfStep(distances, clock.type === 'time', clock.name), duplicates, ordered };
}

function describeSeries(column: Column | null, ranges: readonly Range[]): SeriesProfile | null {
  if (column === null) return null;
  const lengths = ranges.map(({ start, end }) => end - start);
  return {
    column: column.name,
    count: lengths.length,
    shortest: lengths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    longest: lengths.reduce((a, b) => Math.max(a, b), 0),
  };
}

const partNames = {
  train: /^(train|training|trn|fit|learn)$/i,
  validation: /^(val|valid|validation|dev|eval)$/i,
  test: /^(test|testing|tst|holdout)$/i,
};

function findSplit(counts: readonly ColumnCounts[]): SplitProfile | null {
  for (const { name, type, distinct, missing, values } of counts) {
    if (missing > 0 || distinct < 2 || distinct > 6) continue;
    const texts = values.map(({ text }) => text);
    const numbered =
      type === 'integer' && splitName.test(name) && texts.every((text) => /^[012]$/.test(text));
    const pick = (part: keyof typeof partNames, number: string) =>
      texts.filter((text) => (numbered ? text === number : type === 'text' && partNames[part].test(text)));
    const train = pick('train', '0');
    const validation = pick('validation', '1');
    const test = pick('test', '2');
    const understood = train.length + validation.length + test.length;
    const all = understood === texts.length;
    if (train.length === 0 || understood < 2 || !(all || splitName.test(name))) continue;
    return { column: name, train, validation, test };
  }
  return null;
}
