import type { z } from 'zod';
import type { sampleViewSchema } from '../../../engine/contract/rpc/runs.ts';
import type { Batch, OutputLayout, SampleSet } from '../../../engine/data/prepared.ts';
import { predictionReader } from '../../../engine/infer/point.ts';
import type { Loss } from '../../../engine/ops/loss.ts';

export type SampleView = z.infer<typeof sampleViewSchema>;

/** One sample of a batch after it ran. */
export interface SampleResult {
  readonly sample: number;
  /** Row index of the sample's last row that counts; -1 where none does. */
  readonly row: number;
  /**
   * Mean over the rows that count of the sample's loss: cross-entropy of classes and 0/1 targets; of values the squared
   * error in normalized units, or the absolute one where that is trained. null where no row counts.
   */
  readonly loss: number | null;
}

/** Reads predictions of batches, sample by sample. */
export class SampleReader {
  readonly #loss: Loss;
  readonly #outputs: OutputLayout;
  readonly #set: SampleSet;
  readonly #reader: ReturnType<typeof predictionReader>;
  /** [columns] of one row, in model space. */
  readonly values: Float64Array;

  constructor(loss: Loss, outputs: OutputLayout, set: SampleSet) {
    this.#loss = loss;
    this.#outputs = outputs;
    this.#set = set;
    this.#reader = predictionReader(loss, outputs);
    this.values = new Float64Array(this.#reader.columns.length);
  }

  /** Rows of a sample in a batch that count, in order of time. */
  *rowsOf(batch: Batch, lane: number): Generator<number> {
    const steps = this.#outputs.rows === 'sequence' ? batch.timesteps : 1;
    for (let step = 0; step < steps; step++) {
      const row = step * batch.batch + lane;
      if (batch.weights[row] !== 0) yield row;
    }
  }

  /** Reads the prediction of one row into `values`. */
  read(predictions: ArrayLike<number>, row: number): Float64Array {
    this.#reader.read(predictions, row * this.values.length, this.values);
    return this.values;
  }

  result(batch: Batch, predictions: ArrayLike<number>, lane: number, sample: number): SampleResult {
    let sum = 0;
    let count = 0;
    let last = -1;
    for (const row of this.rowsOf(batch, lane)) {
      sum += this.#rowLoss(batch, this.read(predictions, row), row);
      count++;
      last = row;
    }
    return { sample, row: last, loss: count === 0 ? null : sum / count };
  }

  /** How a sample is shown in a list. */
  view(batch: Batch, predictions: ArrayLike<number>, { sample, row, loss }: SampleResult): SampleView {
    const origin = this.#set.origin(sample);
    const shown = row < 0 ? null : this.#texts(batch, predictions, row, sample);
    return {
      sample,
      series: origin.series,
      firstRow: origin.firstRow,
      lastRow: origin.lastRow,
      time: origin.time,
      loss,
      truth: shown?.truth ?? null,
      prediction: shown?.prediction ?? null,
    };
  }

  #texts(batch: Batch, predictions: ArrayLike<number>, row: number, sample: number) {
    const values = this.read(predictions, row);
    const { kind, classes, targets } = this.#outputs;
    if (kind === 'labels') {
      const best = values.indexOf(Math.max(...values));
      return { truth: classes[batch.labels[row] as number] ?? '', prediction: classes[best] ?? '' };
    }
    const [value = Number.NaN] = values;
    const truth = batch.targets[row * targets.length] as number;
    if (kind === 'binary') return { truth: String(truth), prediction: value.toFixed(4) };
    const { restore } = this.#set;
    return {
      truth: shortNumber(restore.value(sample, 0, truth)),
      prediction: shortNumber(restore.value(sample, 0, values[this.centralColumn(0)] as number)),
    };
  }

  /** Column of a row of predictions that stands for a target. */
  centralColumn(target: number): number {
    if (this.#loss.kind === 'gaussian') return target * 2;
    if (this.#loss.kind !== 'pinball') return target;
    const { quantiles } = this.#loss;
    const distance = quantiles.map((quantile) => Math.abs(quantile - 0.5));
    return target * quantiles.length + distance.indexOf(Math.min(...distance));
  }

  #rowLoss(batch: Batch, values: Float64Array, row: number): number {
    const { kind, targets } = this.#outputs;
    if (kind === 'labels') return -Math.log(Math.max(tiny, values[batch.labels[row] as number] as number));
    let sum = 0;
    for (let target = 0; target < targets.length; target++) {
      const truth = batch.targets[row * targets.length + target] as number;
      if (kind === 'binary') {
        const p = Math.min(1 - tiny, Math.max(tiny, values[target] as number));
        sum -= truth * Math.log(p) + (1 - truth) * Math.log(1 - p);
        continue;
      }
      const error = Math.abs((values[this.centralColumn(target)] as number) - truth);
      sum += this.#loss.kind === 'meanAbsoluteError' ? error : error * error;
    }
    return sum / targets.length;
  }
}

const tiny = 2.220446049250313e-16;

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
