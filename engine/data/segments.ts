import { WorkbenchError } from '../base/errors.ts';
import type { SplitConfig } from '../contract/data.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { DropLog } from './drop-log.ts';
import { hashText } from './hash.ts';
import type { OrderedRows, SeriesRange } from './order.ts';
import { foldOf } from './rolling-origin.ts';
import { type Column, cellText } from './table.ts';
import type { UsedColumns } from './used-columns.ts';

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

/** Rows that a sample spans beyond its last input row: those it looks ahead for its targets. */
export function lookAhead(experiment: Experiment): number {
  const { horizon, samplingRate } = experiment.data;
  if (experiment.task === 'forecast') return horizon * samplingRate;
  return experiment.task === 'next' ? samplingRate : 0;
}

/** Rows from the first to the last input row of a window, both counted. */
export function windowRows({ data }: Experiment): number {
  return (data.window - 1) * data.samplingRate + 1;
}

/** Rows left out between two parts of a split by time. */
export function gapOf(experiment: Experiment): number {
  const { split, sequence } = experiment.data;
  if (split.kind !== 'time' && split.kind !== 'rollingOrigin') return 0;
  return split.gap ?? (sequence === 'window' ? safeGap(experiment) : 0);
}

/** With so many rows between two parts, no window of one shares a row with one of the other: window + horizon - 1. */
export function safeGap(experiment: Experiment): number {
  const { horizon, samplingRate } = experiment.data;
  return windowRows(experiment) + (horizon - 1) * samplingRate;
}

/** Gives every row of every series to a part. Rows of the gaps and of no part go to the log. */
export function splitSegments(
  experiment: Experiment,
  ordered: OrderedRows,
  used: UsedColumns,
  log: DropLog,
): Segment[] {
  const { split } = experiment.data;
  requireShares(split);
  const { rows } = ordered;
  const whole = (range: SeriesRange, series: number, part: Part | null): Segment[] => [
    { series, part, start: range.start, end: range.end },
  ];
  switch (split.kind) {
    case 'random':
    case 'stratified':
      return ordered.series.flatMap((range, series) => whole(range, series, null));
    case 'series':
      return ordered.series.flatMap((range, series) => whole(range, series, partOfText(range.name, split)));
    case 'time': {
      const gap = gapOf(experiment);
      return ordered.series.flatMap((range, series) => splitByTime(series, range, split, gap, rows, log));
    }
    case 'rollingOrigin': {
      const gap = gapOf(experiment);
      return ordered.series.flatMap((range, series) => splitByFold(series, range, split, gap, rows, log));
    }
    case 'column': {
      const column = requireRole(
        used.split,
        'split',
        'The split is by a column',
        'that names the part of each row',
      );
      return ordered.series.flatMap((range, series) =>
        splitByColumn(series, range, partsByText(split), column, rows, log),
      );
    }
    case 'group': {
      const column = requireRole(used.group, 'group', 'The split is by groups', 'whose rows belong together');
      const partOf = (text: string): Part => partOfText(text, split);
      return ordered.series.flatMap((range, series) =>
        splitByColumn(series, range, partOf, column, rows, log),
      );
    }
  }
}

function requireRole(column: Column | null, role: string, what: string, which: string): Column {
  if (column !== null) return column;
  throw new WorkbenchError('config/impossible', `${what}, but no column has the role "${role}"`, {
    where: 'data.split',
    hint: `Give the column ${which} the role "${role}", or choose another kind of split.`,
  });
}

function requireShares(split: SplitConfig): void {
  if (split.kind === 'rollingOrigin') {
    if (split.fold === null || split.fold <= split.folds) return;
    throw new WorkbenchError('config/impossible', `There is no fold ${split.fold} of ${split.folds}`, {
      where: 'data.split.fold',
      hint: `Choose a fold from 1 to ${split.folds}, or more folds.`,
    });
  }
  if (split.kind === 'column' || split.train + split.validation <= 1) return;
  throw new WorkbenchError('config/impossible', 'The parts are more than the whole', {
    where: 'data.split: train + validation',
    hint: 'Let them add up to 1 or less; what is left tests.',
  });
}

type Fractions = { readonly train: number; readonly validation: number };

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
    for (; at < border; at++) log.add(gapReason, rows[at] as number);
  }
  return segments;
}

const gapReason = 'left out between two parts of the split (data.split.gap)';

function splitByFold(
  series: number,
  { start, end }: SeriesRange,
  split: Extract<SplitConfig, { kind: 'rollingOrigin' }>,
  gap: number,
  rows: Int32Array,
  log: DropLog,
): Segment[] {
  const fold = foldOf(end - start, split, gap);
  const segments = parts.map((part): Segment => {
    const [from, to] = fold[part];
    return { series, part, start: start + from, end: start + to };
  });
  let at = start;
  for (const segment of segments) {
    if (segment.end === segment.start) continue;
    const reason = at === start ? 'before the training rows (data.split.trainingRows)' : gapReason;
    for (; at < segment.start; at++) log.add(reason, rows[at] as number);
    at = segment.end;
  }
  for (; at < end; at++) {
    log.add('after the test part of the fold, or in a series too short for it', rows[at] as number);
  }
  return segments.filter((segment) => segment.end > segment.start);
}

function partsByText(split: Extract<SplitConfig, { kind: 'column' }>): (text: string) => Part | undefined {
  const partOf = new Map<string, Part>();
  for (const part of parts) for (const value of split[part]) partOf.set(value, part);
  return (text) => partOf.get(text);
}

function splitByColumn(
  series: number,
  { start, end }: SeriesRange,
  partOf: (text: string) => Part | undefined,
  column: Column,
  rows: Int32Array,
  log: DropLog,
): Segment[] {
  const segments: Segment[] = [];
  let running: Part | undefined;
  for (let at = start; at < end; at++) {
    const row = rows[at] as number;
    const text = cellText(column, row);
    const part = text === null ? undefined : partOf(text);
    if (part === undefined) {
      log.add(
        text === null ? `nothing in column "${column.name}"` : `"${text}" names no part of the split`,
        row,
      );
    }
    const last = segments.at(-1);
    if (part !== undefined && part === running && last !== undefined) {
      segments[segments.length - 1] = { ...last, end: at + 1 };
    } else if (part !== undefined) segments.push({ series, part, start: at, end: at + 1 });
    running = part;
  }
  return segments;
}

/** The part of a series or group by its name alone: rows and series that are added later change nothing. */
function partOfText(text: string, { train, validation }: Fractions): Part {
  const place = hashText(text) / 2 ** 32;
  if (place < train) return 'train';
  return place < train + validation ? 'validation' : 'test';
}
