import type { Experiment } from '../contract/experiment.ts';
import type { SampleList } from './cut-samples.ts';
import { type EncodedInputs, type EncodedTargets, normalizerOf } from './encode.ts';
import type { OrderedRows } from './order.ts';
import type { Normalizer, TargetColumn } from './preparation.ts';
import type { Batch, SampleOrigin, SampleSet, TargetRestorer } from './prepared.ts';
import { type Column, cellText } from './table.ts';

/** What the samples of all parts share. */
export interface SampleSource {
  readonly experiment: Experiment;
  readonly ordered: OrderedRows;
  readonly time: Column | null;
  readonly inputs: EncodedInputs;
  readonly targets: EncodedTargets;
  readonly targetColumns: readonly TargetColumn[];
}

/** Samples as slices of the encoded rows: nothing is copied before a batch is filled. */
export class WindowSamples implements SampleSet {
  readonly count: number;
  readonly longest: number;
  readonly restore: TargetRestorer;
  readonly streams: readonly Int32Array[] | null;
  readonly #source: SampleSource;
  readonly #list: SampleList;

  constructor(source: SampleSource, list: SampleList) {
    this.#source = source;
    this.#list = list;
    this.count = list.count;
    this.longest = list.lengths.reduce((longest, length) => Math.max(longest, length), 0);
    this.restore = restorer(source, list);
    this.streams =
      list.streams?.map(([first, last]) =>
        Int32Array.from({ length: last - first + 1 }, (_, i) => first + i),
      ) ?? null;
  }

  length(sample: number): number {
    return this.#list.lengths[sample] as number;
  }

  origin(sample: number): SampleOrigin {
    const { ordered, time } = this.#source;
    const first = this.#firstRow(sample);
    const last = Math.max(first, this.#lastRow(sample));
    const lastRow = ordered.rows[last] as number;
    return {
      series: ordered.series[this.#list.series[sample] as number]?.name ?? '',
      firstRow: (ordered.rows[first] as number) + 1,
      lastRow: lastRow + 1,
      time: time === null ? null : cellText(time, lastRow),
    };
  }

  /** 1-based row of the file at a timestep of a sample; 0 for a row of zeros. */
  rowAt(sample: number, timestep: number): number {
    if (timestep === 0 && this.#list.zeros[sample] === 1) return 0;
    return (this.#source.ordered.rows[(this.#list.starts[sample] as number) + timestep] as number) + 1;
  }

  fill(samples: Int32Array, batch: Batch): void {
    let timesteps = 0;
    for (const sample of samples) timesteps = Math.max(timesteps, this.length(sample));
    batch.batch = samples.length;
    batch.timesteps = timesteps;
    for (let b = 0; b < samples.length; b++) {
      const sample = samples[b] as number;
      batch.lengths[b] = this.length(sample);
      this.#fillInputs(sample, b, batch);
      this.#fillTargets(sample, b, batch);
    }
  }

  #firstRow(sample: number): number {
    return (this.#list.starts[sample] as number) + (this.#list.zeros[sample] as number);
  }

  #lastRow(sample: number): number {
    return (this.#list.starts[sample] as number) + this.length(sample) - 1;
  }

  #fillInputs(sample: number, b: number, batch: Batch): void {
    const { features, tokens, tokenWidth, states, stateWidth } = this.#source.inputs;
    const { width } = features;
    const start = this.#list.starts[sample] as number;
    const length = this.length(sample);
    const zero = this.#list.zeros[sample] as number;
    const values = features.slice(start + zero, length - zero);
    for (let t = 0; t < batch.timesteps; t++) {
      const to = (t * batch.batch + b) * width;
      const toToken = (t * batch.batch + b) * tokenWidth;
      if (t < zero || t >= length) {
        batch.features.fill(0, to, to + width);
        batch.tokens.fill(0, toToken, toToken + tokenWidth);
        continue;
      }
      const from = (t - zero) * width;
      for (let i = 0; i < width; i++) batch.features[to + i] = values[from + i] as number;
      const fromToken = (start + t) * tokenWidth;
      for (let i = 0; i < tokenWidth; i++) batch.tokens[toToken + i] = tokens[fromToken + i] as number;
    }
    const fromState = this.#firstRow(sample) * stateWidth;
    for (let i = 0; i < stateWidth; i++) {
      batch.initialState[b * stateWidth + i] = states[fromState + i] as number;
    }
  }

  #fillTargets(sample: number, b: number, batch: Batch): void {
    const { task } = this.#source.experiment;
    const { horizon } = this.#source.experiment.data;
    const start = this.#list.starts[sample] as number;
    const length = this.length(sample);
    if (task === 'forecast') {
      this.#fillForecast(b, start + length, horizon, sample, batch);
      return;
    }
    if (task === 'classify' || task === 'regress') {
      this.#copyTarget(b, start + length - 1, sample, batch);
      return;
    }
    const ahead = task === 'next' ? 1 : 0;
    for (let t = 0; t < batch.timesteps; t++) {
      const row = t * batch.batch + b;
      if (t < length) this.#copyTarget(row, start + t + ahead, sample, batch);
      else this.#emptyTarget(row, this.#source.targets.values.width, batch);
    }
  }

  /** Targets and weight of one row of the output from one position; none where the data ends before it. */
  #copyTarget(row: number, position: number, sample: number, batch: Batch): void {
    const { values, labels, weights } = this.#source.targets;
    const columns = values.width;
    if (position >= (this.#list.limits[sample] as number)) {
      this.#emptyTarget(row, columns, batch);
      return;
    }
    batch.weights[row] = weights[position] as number;
    if (labels.length > 0) {
      batch.labels[row] = Math.max(0, labels[position] as number);
      return;
    }
    const cells = values.slice(position, 1);
    for (let c = 0; c < columns; c++) batch.targets[row * columns + c] = cells[c] as number;
  }

  /** [step, column], column fastest; the weight is the mean of those of the steps, 0 when any target is missing. */
  #fillForecast(row: number, first: number, horizon: number, sample: number, batch: Batch): void {
    const { values, labels, weights } = this.#source.targets;
    const columns = values.width;
    if (first + horizon > (this.#list.limits[sample] as number)) {
      this.#emptyTarget(row, columns * horizon, batch);
      return;
    }
    if (labels.length > 0) {
      this.#copyTarget(row, first, sample, batch);
      return;
    }
    let sum = 0;
    let missing = false;
    for (let step = 0; step < horizon; step++) {
      const weight = weights[first + step] as number;
      if (weight === 0) missing = true;
      sum += weight;
    }
    batch.weights[row] = missing ? 0 : sum / horizon;
    const to = row * columns * horizon;
    batch.targets.set(values.slice(first, horizon), to);
  }

  #emptyTarget(row: number, width: number, batch: Batch): void {
    batch.weights[row] = 0;
    if (batch.labels.length > 0) batch.labels[row] = 0;
    else batch.targets.fill(0, row * width, (row + 1) * width);
  }
}

function restorer(source: SampleSource, list: SampleList): TargetRestorer {
  const { targetColumns, ordered } = source;
  const columns = Math.max(1, targetColumns.length);
  const identity: Normalizer = { offset: 0, scale: 1 };
  const table = ordered.series.map(({ name }) =>
    targetColumns.map(({ statistics }) => (statistics === null ? identity : normalizerOf(statistics, name))),
  );
  const of = (sample: number, target: number): Normalizer =>
    table[list.series[sample] as number]?.[target % columns] ?? identity;
  return {
    value: (sample, target, normalized) => {
      const { offset, scale } = of(sample, target);
      return normalized * scale + offset;
    },
    scale: (sample, target) => of(sample, target).scale,
  };
}
