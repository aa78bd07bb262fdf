import { WorkbenchError } from '../base/errors.ts';
import { RandomStream, randomStreams } from '../base/rng.ts';
import type { Experiment } from '../contract/experiment.ts';
import { lookAhead, type Part, type Segment } from './segments.ts';

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
  const { sequence, window, firstStep } = experiment.data;
  const zero = experiment.task === 'next' && firstStep === 'zeros' ? 1 : 0;
  return (sequence === 'window' ? window : 1) + lookAhead(experiment) - zero;
}

/** The samples of some segments, in the order of the segments and of time. */
export function cutSamples(experiment: Experiment, segments: readonly Segment[]): SampleList {
  const { sequence, window, stride, firstStep } = experiment.data;
  const ahead = lookAhead(experiment);
  const zero = experiment.task === 'next' && firstStep === 'zeros' ? 1 : 0;
  const list = new ListBuilder();
  for (const segment of segments) {
    const first = list.count;
    const begin = segment.start - zero;
    if (sequence === 'whole') {
      const length = segment.end - ahead - begin;
      if (length >= 1) list.add(segment, begin, length);
    } else {
      for (let start = begin; start + window + ahead <= segment.end; start += stride) {
        list.add(segment, start, window);
      }
    }
    list.endStream(first);
  }
  return list.build(sequence === 'whole' || stride === window);
}

/**
 * The samples of whole series to predict on, whose targets may lie beyond the data.
 * - forecast: the last window (or the whole series) of each
 * - classify, regress: as in training
 * - tag, next: every row once, in consecutive windows of which the last may be shorter
 */
export function cutForPrediction(experiment: Experiment, segments: readonly Segment[]): SampleList {
  const { sequence, window, stride, firstStep } = experiment.data;
  const zero = experiment.task === 'next' && firstStep === 'zeros' ? 1 : 0;
  const list = new ListBuilder();
  for (const segment of segments) {
    const first = list.count;
    const begin = segment.start - zero;
    if (sequence === 'whole') list.add(segment, begin, segment.end - begin);
    else if (experiment.task === 'forecast') {
      if (segment.end - window >= segment.start) list.add(segment, segment.end - window, window);
    } else if (experiment.task === 'classify' || experiment.task === 'regress') {
      for (let start = begin; start + window <= segment.end; start += stride)
        list.add(segment, start, window);
    } else {
      for (let start = begin; start < segment.end; start += window) {
        list.add(segment, start, Math.min(window, segment.end - start));
      }
    }
    list.endStream(first);
  }
  return list.build(sequence === 'whole' || experiment.task === 'tag' || experiment.task === 'next');
}

/** Training, validation and test samples. */
export function cutParts(experiment: Experiment, segments: readonly Segment[]): Record<Part, SampleList> {
  const { split } = experiment.data;
  if (split.kind === 'random') return dealSamples(experiment, segments, split);
  const of = (part: Part) =>
    cutSamples(
      experiment,
      segments.filter((segment) => segment.part === part),
    );
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

function dealSamples(
  experiment: Experiment,
  segments: readonly Segment[],
  split: { readonly train: number; readonly validation: number },
): Record<Part, SampleList> {
  const { sequence, window, stride } = experiment.data;
  const span = window + lookAhead(experiment);
  if (sequence === 'window' && stride < span) {
    throw new WorkbenchError(
      'config/impossible',
      `Windows that overlap cannot be split at random: a window and its target span ${span} rows, the stride is ${stride}`,
      {
        where: 'data.split',
        hint: `Split by time, or set data.stride to ${span} or more.`,
      },
    );
  }
  const all = cutSamples(experiment, segments);
  const order = Int32Array.from({ length: all.count }, (_, i) => i);
  new RandomStream(experiment.training.seed, randomStreams.split).shuffle(order);
  const train = Math.floor(all.count * split.train + 1e-9);
  const validation = Math.floor(all.count * split.validation + 1e-9);
  const some = (from: number, to: number) => pick(all, order.slice(from, to).sort());
  return {
    train: some(0, train),
    validation: some(train, train + validation),
    test: some(
      train + validation,
      split.train + split.validation > 1 - 1e-9 ? train + validation : all.count,
    ),
  };
}

function pick(list: SampleList, samples: Int32Array): SampleList {
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
