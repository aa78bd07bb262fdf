import type { Experiment } from '../contract/experiment.ts';
import type { Arrangement } from './arrange.ts';
import type { SampleList } from './cut-samples.ts';
import type { LeftOut } from './deal-samples.ts';
import type { EncodedTargets } from './encode.ts';
import type { Range } from './fill-missing.ts';
import type { PartSummary } from './preparation.ts';
import { lookAhead, type Part, parts, type Segment } from './segments.ts';
import { cellText } from './table.ts';

/** Runs of the training part of one series each: what statistics are taken from. */
export function trainingRanges(arrangement: Arrangement, samples: SampleList): Segment[] {
  const { kind } = arrangement.experiment.data.split;
  if (kind !== 'random' && kind !== 'stratified') {
    return arrangement.segments.filter(({ part }) => part === 'train');
  }
  return sampleRanges(arrangement.experiment, samples).map((range, sample) => ({
    ...range,
    series: samples.series[sample] as number,
    part: 'train',
  }));
}

/** The positions from the first to the last that each sample reads, inputs and targets. */
export function sampleRanges(experiment: Experiment, list: SampleList): Range[] {
  const ahead = lookAhead(experiment);
  const { samplingRate } = experiment.data;
  return Array.from({ length: list.count }, (_, sample) => {
    const start = list.starts[sample] as number;
    const end = start + ((list.lengths[sample] as number) - 1) * samplingRate + 1 + ahead;
    return {
      start: start + (list.zeros[sample] as number) * samplingRate,
      end: Math.min(end, list.limits[sample] as number),
    };
  });
}

/**
 * Counts the rows that samples read, by part, and logs those of the parts that none reads.
 * @param lists training, validation and test samples.
 * @param leftOut rows that are not read for a reason of their own.
 */
export function rowsOfSamples(
  arrangement: Arrangement,
  lists: readonly SampleList[],
  leftOut: readonly LeftOut[],
): Record<Part, number> {
  const { experiment, ordered, segments, log } = arrangement;
  const inserted = arrangement.table.trace?.inserted;
  const reasons = [...leftOut].sort((a, b) => a.start - b.start);
  const read = new Uint8Array(ordered.rows.length);
  const rows: Record<Part, number> = { train: 0, validation: 0, test: 0 };
  for (const [i, list] of lists.entries()) {
    const part = parts[i] as Part;
    let done = 0;
    for (const { start, end } of sampleRanges(experiment, list)) {
      // Samples of a part come in order of position, so that what lies before `done` is counted.
      for (let at = Math.max(start, done); at < end; at++) {
        read[at] = 1;
        if (inserted?.[ordered.rows[at] as number] !== 1) rows[part]++;
      }
      done = Math.max(done, end);
    }
  }
  let next = 0;
  for (const { start, end } of [...segments].sort((a, b) => a.start - b.start)) {
    let last = -1;
    for (let at = start; at < end; at++) if (read[at] === 1) last = at;
    for (let at = start; at < end; at++) {
      if (read[at] === 1) continue;
      const row = ordered.rows[at] as number;
      while (next < reasons.length && (reasons[next] as LeftOut).end <= at) next++;
      const own = reasons[next];
      if (own !== undefined && own.start <= at) log.add(own.reason, row);
      else if (last < 0) log.add('in a run of rows that is too short for one sample', row);
      else if (at > last)
        log.add('left over at the end of a series or part, too few for one more sample', row);
      else log.add('skipped between two windows (data.stride)', row);
    }
  }
  return rows;
}

export function partSummary(arrangement: Arrangement, list: SampleList, rows: number): PartSummary {
  const { experiment, ordered, used } = arrangement;
  const { time } = used;
  let from = -1;
  let to = -1;
  if (time !== null && time.type !== 'text') {
    for (const { start, end } of sampleRanges(experiment, list)) {
      if (end <= start) continue;
      const first = ordered.rows[start] as number;
      const last = ordered.rows[end - 1] as number;
      if (from < 0 || (time.values[first] as number) < (time.values[from] as number)) from = first;
      if (to < 0 || (time.values[last] as number) > (time.values[to] as number)) to = last;
    }
  }
  return {
    rows,
    samples: list.count,
    series: new Set(list.series).size,
    from: time === null || from < 0 ? null : cellText(time, from),
    to: time === null || to < 0 ? null : cellText(time, to),
  };
}

/** How often each class is a target of the samples. */
export function labelCounts(
  { experiment }: Arrangement,
  { labels, weights }: EncodedTargets,
  list: SampleList,
  classes: number,
): number[] {
  const counts = new Array<number>(classes).fill(0);
  const add = (position: number) => {
    const label = labels[position];
    if (label === undefined || label < 0 || weights[position] === 0) return;
    counts[label] = (counts[label] as number) + 1;
  };
  const { samplingRate } = experiment.data;
  for (let sample = 0; sample < list.count; sample++) {
    const length = list.lengths[sample] as number;
    const at = (timestep: number): number => (list.starts[sample] as number) + timestep * samplingRate;
    if (experiment.task === 'forecast') add(at(length));
    else if (experiment.task === 'tag') for (let t = 0; t < length; t++) add(at(t));
    else if (experiment.task === 'next') for (let t = 1; t <= length; t++) add(at(t));
    else add(at(length - 1));
  }
  return counts;
}
