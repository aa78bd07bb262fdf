import { WorkbenchError } from '../base/errors.ts';
import type { SplitConfig } from '../contract/data.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { DropLog } from './drop-log.ts';
import type { OrderedRows, SeriesRange } from './order.ts';
import { type Column, cellText } from './table.ts';

export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** A run of positions [start, end) of one series that belongs to one part; no sample leaves it. */
export interface Segment {
  /** Index into `OrderedRows.series`. */
  readonly series: number;
  /** Null where samples are dealt to parts at random later. */
  readonly part: Part | null;
  readonly start: number;
  readonly end: number;
}

/** Rows that a sample spans beyond its inputs: those it looks ahead for its targets. */
export function lookAhead(experiment: Experiment): number {
  if (experiment.task === 'forecast') return experiment.data.horizon;
  return experiment.task === 'next' ? 1 : 0;
}

/** Rows left out between two parts of a split by time. */
export function gapOf(experiment: Experiment): number {
  const { split, sequence, window, horizon } = experiment.data;
  if (split.kind !== 'time') return 0;
  return split.gap ?? (sequence === 'window' ? window + horizon - 1 : 0);
}

/** Gives every row of every series to a part. Rows of the gaps and of no part go to the log. */
export function splitSegments(
  experiment: Experiment,
  ordered: OrderedRows,
  splitColumn: Column | null,
  log: DropLog,
): Segment[] {
  const { split } = experiment.data;
  if (split.kind === 'column' && splitColumn === null) {
    throw new WorkbenchError(
      'config/impossible',
      'The split is by a column, but no column has the role "split"',
      {
        where: 'data.split',
        hint: 'Give the column that names the part of each row the role "split", or choose another kind of split.',
      },
    );
  }
  if (split.kind !== 'column' && fractionsOf(split).train + fractionsOf(split).validation > 1) {
    throw new WorkbenchError('config/impossible', 'The parts are more than the whole', {
      where: 'data.split: train + validation',
      hint: 'Let them add up to 1 or less; what is left tests.',
    });
  }
  return ordered.series.flatMap((range, series): Segment[] => {
    if (split.kind === 'random') return [{ series, part: null, start: range.start, end: range.end }];
    if (split.kind === 'series') {
      return [{ series, part: partOfSeries(range.name, split), start: range.start, end: range.end }];
    }
    if (split.kind === 'time') return splitByTime(series, range, split, gapOf(experiment), ordered.rows, log);
    return splitColumn === null ? [] : splitByColumn(series, range, split, splitColumn, ordered.rows, log);
  });
}

type Fractions = { readonly train: number; readonly validation: number };

function fractionsOf(split: Exclude<SplitConfig, { kind: 'column' }>): Fractions {
  return { train: split.train, validation: split.validation };
}

/**
 * Of a series of n rows, m = n - gap * (parts - 1) are used: the first floor(m * train) train, the next
 * floor(m * validation) validate and the rest tests.
 */
function splitByTime(
  series: number,
  { start, end }: SeriesRange,
  { train, validation }: Fractions,
  gap: number,
  rows: Int32Array,
  log: DropLog,
): Segment[] {
  const test = 1 - train - validation > 1e-9;
  const shares = [train, validation, test ? 1 - train - validation : 0];
  const used = parts.filter((_, i) => (shares[i] as number) > 0);
  const usable = Math.max(0, end - start - gap * (used.length - 1));
  // The small term keeps 0.7 * 10 from being 6.999...
  const sizes = [train, validation].map((share) => Math.floor(usable * share + 1e-9));
  const segments: Segment[] = [];
  let at = start;
  for (const [i, part] of used.entries()) {
    const last = i === used.length - 1;
    const size = last ? usable - (at - start - gap * i) : (sizes[parts.indexOf(part)] as number);
    segments.push({ series, part, start: at, end: Math.min(end, at + size) });
    at = Math.min(end, at + size);
    const border = last ? end : Math.min(end, at + gap);
    for (; at < border; at++)
      log.add('left out between two parts of the split (data.split.gap)', rows[at] as number);
  }
  return segments;
}

function splitByColumn(
  series: number,
  { start, end }: SeriesRange,
  split: Extract<SplitConfig, { kind: 'column' }>,
  column: Column,
  rows: Int32Array,
  log: DropLog,
): Segment[] {
  const partOf = new Map<string, Part>();
  for (const part of parts) for (const value of split[part]) partOf.set(value, part);
  const segments: Segment[] = [];
  let running: Part | undefined;
  for (let at = start; at < end; at++) {
    const row = rows[at] as number;
    const text = cellText(column, row);
    const part = text === null ? undefined : partOf.get(text);
    if (part === undefined) {
      log.add(text === null ? 'nothing in the split column' : `"${text}" names no part of the split`, row);
    }
    const last = segments.at(-1);
    if (part !== undefined && part === running && last !== undefined) {
      segments[segments.length - 1] = { ...last, end: at + 1 };
    } else if (part !== undefined) segments.push({ series, part, start: at, end: at + 1 });
    running = part;
  }
  return segments;
}

/** The part of a series by its name alone: rows and series that are added later change nothing. */
function partOfSeries(name: string, { train, validation }: Fractions): Part {
  const place = hash(name) / 2 ** 32;
  if (place < train) return 'train';
  return place < train + validation ? 'validation' : 'test';
}

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo), then the finalizer of MurmurHash3, as short names leave high bits alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
