import type { Experiment } from '../contract/experiment.ts';
import { lookAhead, type Segment, windowRows } from './segments.ts';

/**
 * Where samples lie among the ordered rows. Nothing but these numbers is kept of a sample.
 * All arrays are [samples].
 */
export interface SampleList {
  readonly count: number;
  /** Position of the first input row; one before the first row of its sequence where that is a row of zeros. */
  readonly starts: Int32Array;
  /** Timesteps. */
  readonly lengths: Int32Array;
  /** 1 where the first timestep is a row of zeros. */
  readonly zeros: Uint8Array;
  /** Position after the last row that the sample may read, inputs or targets. */
  readonly limits: Int32Array;
  /** Index of the series. */
  readonly series: Int32Array;
  /** Samples that follow one another without a gap or overlap, [first, last] of each run; null where they overlap. */
  readonly streams: readonly (readonly [number, number])[] | null;
}

class ListBuilder {
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #zeros: number[] = [];
  readonly #limits: number[] = [];
  readonly #series: number[] = [];
  readonly #streams: [number, number][] = [];

  /** @param origin position before which there is only a row of zeros. */
  add(segment: Segment, start: number, length: number): void {
    this.#starts.push(start);
    this.#lengths.push(length);
    this.#zeros.push(start < segment.start ? 1 : 0);
    this.#limits.push(segment.end);
    this.#series.push(segment.series);
  }

  get count(): number {
    return this.#starts.length;
  }

  endStream(first: number): void {
    if (this.count > first) this.#streams.push([first, this.count - 1]);
  }

  build(streams: boolean): SampleList {
    return {
      count: this.count,
      starts: Int32Array.from(this.#starts),
      lengths: Int32Array.from(this.#lengths),
      zeros: Uint8Array.from(this.#zeros),
      limits: Int32Array.from(this.#limits),
      series: Int32Array.from(this.#series),
      streams: streams ? this.#streams : null,
    };
  }
}

/** Rows of the shortest segment that holds a sample. */
export function rowsNeeded(experiment: Experiment): number {
  const { sequence, minimumLength, samplingRate } = experiment.data;
  const rows = sequence === 'window' ? windowRows(experiment) : (minimumLength - 1) * samplingRate + 1;
  return rows + lookAhead(experiment) - rowsOfZeros(experiment);
}

/** Rows that a sample begins before its segment, where its first timestep is a row of zeros. */
function rowsOfZeros({ task, data }: Experiment): number {
  return task === 'next' && data.firstStep === 'zeros' ? data.samplingRate : 0;
}

/** Called for positions [start, end) that no sample reads, as their sequence is too short or too long. */
type LengthDrops = (start: number, end: number, reason: string) => void;

/**
 * The samples of some segments, in the order of the segments and of time.
 * @param dropped hears of sequences that data.minimumLength and data.maximumLength leave out.
 */
export function cutSamples(
  experiment: Experiment,
  segments: readonly Segment[],
  dropped: LengthDrops = () => undefined,
): SampleList {
  const { sequence, window, stride, samplingRate } = experiment.data;
  const ahead = lookAhead(experiment);
  const zero = rowsOfZeros(experiment);
  const span = windowRows(experiment);
  const list = new ListBuilder();
  for (const segment of segments) {
    const first = list.count;
    const begin = segment.start - zero;
    if (sequence === 'whole') {
      // The rows of `ahead` follow the last timestep; sampled ones begin at the first row.
      const length = Math.ceil((segment.end - ahead - begin) / samplingRate);
      addSequence(experiment, list, segment, begin, length, dropped);
    } else {
      for (let start = begin; start + span + ahead <= segment.end; start += stride) {
        list.add(segment, start, window);
      }
    }
    list.endStream(first);
  }
  return list.build(sequence === 'whole' || follows(experiment));
}

/** Whether every window begins where the one before it ends. */
function follows({ data }: Experiment): boolean {
  return data.samplingRate === 1 && data.stride === data.window;
}

/** A sequence of its own length, within the limits of its length. */
function addSequence(
  { data }: Experiment,
  list: ListBuilder,
  segment: Segment,
  begin: number,
  length: number,
  dropped: LengthDrops,
): void {
  if (length < 1) return;
  const { minimumLength, maximumLength, longer, samplingRate } = data;
  if (length < minimumLength) {
    dropped(segment.start, segment.end, 'in a sequence shorter than data.minimumLength');
    return;
  }
  if (maximumLength === null || length <= maximumLength) {
    list.add(segment, begin, length);
    return;
  }
  const reason = 'in a sequence longer than data.maximumLength, or its part beyond';
  if (longer === 'drop') {
    dropped(segment.start, segment.end, reason);
    return;
  }
  const start = longer === 'first' ? begin : begin + (length - maximumLength) * samplingRate;
  list.add(segment, start, maximumLength);
  dropped(segment.start, segment.end, reason);
}

/**
 * The samples of whole series to predict on, whose targets may lie beyond the data.
 * - forecast: the last window (or the whole series) of each
 * - classify, regress: as in training
 * - tag, next: every row once, in consecutive windows of which the last may be shorter
 * @param ends position after the last input row of each segment: rows behind it only tell what is known ahead.
 */
export function cutForPrediction(
  experiment: Experiment,
  segments: readonly Segment[],
  ends: readonly number[],
): SampleList {
  const { sequence, window, stride, samplingRate } = experiment.data;
  const zero = rowsOfZeros(experiment);
  const span = windowRows(experiment);
  const list = new ListBuilder();
  for (const [i, segment] of segments.entries()) {
    const first = list.count;
    const begin = segment.start - zero;
    const end = ends[i] ?? segment.end;
    const steps = Math.ceil((end - begin) / samplingRate);
    if (sequence === 'whole') {
      // The last row of the series is the last step, whatever the sampling rate.
      const start = experiment.task === 'forecast' ? end - 1 - (steps - 1) * samplingRate : begin;
      if (steps >= 1) addSequence(experiment, list, segment, start, steps, () => undefined);
    } else if (experiment.task === 'forecast') {
      if (end - span >= segment.start) list.add(segment, end - span, window);
    } else if (experiment.task === 'classify' || experiment.task === 'regress') {
      for (let start = begin; start + span <= end; start += stride) list.add(segment, start, window);
    } else {
      for (let start = begin; start < end; start += window * samplingRate) {
        list.add(segment, start, Math.min(window, Math.ceil((end - start) / samplingRate)));
      }
    }
    list.endStream(first);
  }
  return list.build(sequence === 'whole' || experiment.task === 'tag' || experiment.task === 'next');
}

/** Some samples of a list, in the order given. */
export function pickSamples(list: SampleList, samples: Int32Array): SampleList {
  return {
    count: samples.length,
    starts: samples.map((sample) => list.starts[sample] as number),
    lengths: samples.map((sample) => list.lengths[sample] as number),
    zeros: Uint8Array.from(samples, (sample) => list.zeros[sample] as number),
    limits: samples.map((sample) => list.limits[sample] as number),
    series: samples.map((sample) => list.series[sample] as number),
    streams: null,
  };
}
