import type { SampleList } from './cut-samples.ts';
import type { Batch, SampleOrigin, SampleSet, TargetRestorer } from './prepared.ts';
import { type ChangeRestorer, changeRestorer } from './restore.ts';
import type { SampleRecipe, SampleSource } from './sample-source.ts';
import { cellText } from './table.ts';

/** Samples as slices of the encoded rows: nothing is copied before a batch is filled. */
export class WindowSamples implements SampleSet {
  readonly count: number;
  readonly longest: number;
  readonly restore: TargetRestorer;
  readonly streams: readonly Int32Array[] | null;
  readonly #source: SampleSource;
  readonly #list: SampleList;
  readonly #changes: ChangeRestorer;
  /** Rows from one timestep to the next. */
  readonly #pace: number;

  constructor(source: SampleSource, list: SampleList) {
    this.#source = source;
    this.#list = list;
    this.#pace = source.experiment.data.samplingRate;
    this.#changes = changeRestorer(source, list);
    this.count = list.count;
    this.longest = list.lengths.reduce((longest, length) => Math.max(longest, length), 0);
    this.restore = this.#changes;
    this.streams =
      list.streams?.map(([first, last]) =>
        Int32Array.from({ length: last - first + 1 }, (_, i) => first + i),
      ) ?? null;
  }

  get recipe(): SampleRecipe {
    return { source: this.#source, list: this.#list };
  }

  length(sample: number): number {
    return this.#list.lengths[sample] as number;
  }

  origin(sample: number): SampleOrigin {
    const { ordered, time, trace } = this.#source;
    const first = this.#firstRow(sample);
    const last = Math.max(first, this.#rowAt(sample, this.length(sample) - 1));
    const firstRow = ordered.rows[first] as number;
    const lastRow = ordered.rows[last] as number;
    return {
      series: ordered.series[this.#list.series[sample] as number]?.name ?? '',
      firstRow: (trace === undefined ? firstRow : (trace.first[firstRow] as number)) + 1,
      lastRow: (trace === undefined ? lastRow : (trace.last[lastRow] as number)) + 1,
      // Told when it is asked for: most who ask where a sample comes from ask for its rows.
      get time() {
        return time === null ? null : cellText(time, lastRow);
      },
    };
  }

  /** 1-based row of the file at a timestep of a sample; 0 for a row of zeros. */
  rowAt(sample: number, timestep: number): number {
    if (timestep === 0 && this.#list.zeros[sample] === 1) return 0;
    const { ordered, trace } = this.#source;
    const row = ordered.rows[this.#rowAt(sample, timestep)] as number;
    return (trace === undefined ? row : (trace.last[row] as number)) + 1;
  }

  fill(samples: Int32Array, batch: Batch): void {
    let timesteps = 0;
    for (const sample of samples) timesteps = Math.max(timesteps, this.length(sample));
    batch.batch = samples.length;
    batch.timesteps = timesteps;
    const { values } = this.#source.inputs.features;
    if (values !== undefined) this.#gatherFeatures(values, samples, batch);
    for (let b = 0; b < samples.length; b++) {
      const sample = samples[b] as number;
      batch.lengths[b] = this.length(sample);
      if (values === undefined) this.#copyFeatures(sample, b, batch);
      this.#copyTokens(sample, b, batch);
      this.#fillTargets(sample, b, batch);
    }
  }

  /**
   * Features of all samples, timestep by timestep: the batch is written from end to end, so that wide batches do not
   * touch a page of memory for every row.
   */
  #gatherFeatures(values: Float32Array, samples: Int32Array, batch: Batch): void {
    const { width } = this.#source.inputs.features;
    const { starts, lengths, zeros } = this.#list;
    const { features } = batch;
    const pace = this.#pace;
    let to = 0;
    for (let t = 0; t < batch.timesteps; t++) {
      for (let b = 0; b < samples.length; b++) {
        const sample = samples[b] as number;
        if (t >= (lengths[sample] as number) || t < (zeros[sample] as number)) {
          features.fill(0, to, to + width);
          to += width;
          continue;
        }
        const from = ((starts[sample] as number) + t * pace) * width;
        for (let i = 0; i < width; i++) features[to + i] = values[from + i] as number;
        to += width;
      }
    }
  }

  /** Position of the first row that is no row of zeros. */
  #firstRow(sample: number): number {
    return this.#rowAt(sample, this.#list.zeros[sample] as number);
  }

  /** Position among the ordered rows at a timestep. */
  #rowAt(sample: number, timestep: number): number {
    return (this.#list.starts[sample] as number) + timestep * this.#pace;
  }

  /** Features of one sample, from rows that may lie on disk. */
  #copyFeatures(sample: number, b: number, batch: Batch): void {
    const { features } = this.#source.inputs;
    const { width } = features;
    const pace = this.#pace;
    const length = this.length(sample);
    const zero = this.#list.zeros[sample] as number;
    const values = features.slice(this.#firstRow(sample), Math.max(0, (length - zero - 1) * pace + 1));
    for (let t = 0; t < batch.timesteps; t++) {
      const to = (t * batch.batch + b) * width;
      if (t < zero || t >= length) {
        batch.features.fill(0, to, to + width);
        continue;
      }
      const from = (t - zero) * pace * width;
      for (let i = 0; i < width; i++) batch.features[to + i] = values[from + i] as number;
    }
  }

  /** Tokens and initial state of one sample. */
  #copyTokens(sample: number, b: number, batch: Batch): void {
    const { tokens, tokenWidth, states, stateWidth } = this.#source.inputs;
    const length = this.length(sample);
    const zero = this.#list.zeros[sample] as number;
    for (let t = 0; tokenWidth > 0 && t < batch.timesteps; t++) {
      const to = (t * batch.batch + b) * tokenWidth;
      if (t < zero || t >= length) {
        batch.tokens.fill(0, to, to + tokenWidth);
        continue;
      }
      const from = this.#rowAt(sample, t) * tokenWidth;
      for (let i = 0; i < tokenWidth; i++) batch.tokens[to + i] = tokens[from + i] as number;
    }
    const fromState = this.#firstRow(sample) * stateWidth;
    for (let i = 0; i < stateWidth; i++) {
      batch.initialState[b * stateWidth + i] = states[fromState + i] as number;
    }
  }

  #fillTargets(sample: number, b: number, batch: Batch): void {
    const { task } = this.#source.experiment;
    const length = this.length(sample);
    if (task === 'forecast') {
      this.#fillForecast(b, sample, batch);
      return;
    }
    if (task === 'classify' || task === 'regress') {
      this.#copyTarget(b, this.#rowAt(sample, length - 1), sample, batch);
      return;
    }
    const ahead = task === 'next' ? 1 : 0;
    for (let t = 0; t < batch.timesteps; t++) {
      const row = t * batch.batch + b;
      if (t >= length) {
        this.#emptyTarget(row, this.#source.targets.values.width, batch);
        continue;
      }
      this.#copyTarget(row, this.#rowAt(sample, t + ahead), sample, batch);
      this.#changes.write(sample, t, 1, batch.targets, row * this.#source.targets.values.width);
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
  #fillForecast(row: number, sample: number, batch: Batch): void {
    const { values, labels, weights } = this.#source.targets;
    const { horizon } = this.#source.experiment.data;
    const pace = this.#pace;
    const columns = values.width;
    const first = this.#rowAt(sample, this.length(sample));
    if (first + (horizon - 1) * pace >= (this.#list.limits[sample] as number)) {
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
      const weight = weights[first + step * pace] as number;
      if (weight === 0) missing = true;
      sum += weight;
    }
    batch.weights[row] = missing ? 0 : sum / horizon;
    const to = row * columns * horizon;
    const rows = values.slice(first, (horizon - 1) * pace + 1);
    for (let step = 0; step < horizon; step++) {
      const from = step * pace * columns;
      batch.targets.set(rows.subarray(from, from + columns), to + step * columns);
    }
    this.#changes.write(sample, this.length(sample) - 1, horizon, batch.targets, to);
  }

  #emptyTarget(row: number, width: number, batch: Batch): void {
    batch.weights[row] = 0;
    if (batch.labels.length > 0) batch.labels[row] = 0;
    else batch.targets.fill(0, row * width, (row + 1) * width);
  }
}
