import { WorkbenchError } from '../base/errors.ts';
import {
  type Batch,
  createBatch,
  type OutputLayout,
  type PreparedData,
  type SampleSet,
} from '../data/prepared.ts';
import { batchesInOrder, everySample } from '../infer/batches.ts';
import { forEachRow } from '../infer/metrics/collect.ts';
import { BinaryMetrics, LabelMetrics } from '../infer/metrics/labels.ts';
import { ValueMetrics } from '../infer/metrics/values.ts';

/**
 * What could be had without a network: metrics of naive predictions on a part, in the units of the file, named
 * as in `done` events: `naive.last.rmse`. A model worth having beats them.
 *
 * - last: the last value of the target that the window shows (where the target is an input too)
 * - seasonal: the value one period before (where a period shorter than the window is plain in the training part)
 * - mean: the training mean of each target
 * - majority: the most frequent class; for binary targets the training frequency
 */
export function naiveBaselines(
  data: PreparedData,
  part: SampleSet = data.test,
  batchSize = 64,
): Record<string, number> {
  if (part.count === 0 || data.train.count === 0) return {};
  const scan: Scan = (set, visit, samples) => scanBatches(data, set, batchSize, visit, samples);
  switch (data.outputs.kind) {
    case 'values':
      return valueBaselines(data, part, scan);
    case 'labels':
      return prefix('majority', majority(data, part, scan));
    case 'binary':
      return prefix('majority', frequency(data, part, scan));
  }
}

/**
 * The naive error of each target on the training part, by which `mase` divides: the mean absolute change from one
 * sample's target to the next within a series (Hyndman and Koehler 2006 for a stride of 1), in the units of the file.
 * Null for other outputs than one row of values a sample.
 */
export function naiveScales(data: PreparedData, batchSize = 64): readonly number[] | null {
  const { outputs, train } = data;
  if (outputs.kind !== 'values' || outputs.rows !== 'batch' || train.count === 0) return null;
  const width = outputs.targets.length;
  const sums = new Float64Array(width);
  let count = 0;
  let before: { series: string; values: Float64Array } | null = null;
  scanBatches(data, train, batchSize, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row, sample) => {
      const { series } = train.origin(sample);
      const values = Float64Array.from({ length: width }, (_, target) =>
        train.restore.value(sample, target, batch.targets[row * width + target] as number),
      );
      if (before !== null && before.series === series) {
        count += 1;
        const { values: earlier } = before;
        values.forEach((value, target) => {
          sums[target] = (sums[target] as number) + Math.abs(value - (earlier[target] as number));
        });
      }
      before = { series, values };
    });
  });
  return count === 0 ? null : Array.from(sums, (sum) => sum / count);
}

type Visit = (samples: Int32Array, batch: Batch) => void;
type Scan = (set: SampleSet, visit: Visit, samples?: Int32Array) => void;

function scanBatches(
  data: PreparedData,
  set: SampleSet,
  batchSize: number,
  visit: Visit,
  samples = everySample(set.count),
): void {
  const batch = createBatch(data.inputs, data.outputs, { timesteps: set.longest, batch: batchSize });
  const order = batchesInOrder(samples, batchSize);
  for (let index = 0; index < order.count; index++) {
    const { samples } = order.batch(index);
    set.fill(samples, batch);
    visit(samples, batch);
  }
}

function prefix(name: string, metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [`naive.${name}.${key}`, value]));
}

/** Where the past of each target stands among the inputs, and how many steps ahead the target lies. */
interface PastOfTarget {
  readonly feature: number;
  readonly ahead: number;
}

function valueBaselines(data: PreparedData, part: SampleSet, scan: Scan): Record<string, number> {
  const { outputs } = data;
  const width = outputs.targets.length;
  const means = targetMeans(data, scan);
  const pasts = outputs.targets.map((target) => pastOf(target, data));
  const visible = pasts.every((past) => past !== null) ? (pasts as readonly PastOfTarget[]) : null;
  const period = visible === null ? null : plainPeriod(data, scan, visible);
  const mean = new ValueMetrics(width, null);
  const last = new ValueMetrics(width, null);
  const seasonal = new ValueMetrics(width, null);
  scan(part, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row, sample) => {
      const weight = batch.weights[row] as number;
      const at =
        outputs.rows === 'sequence' ? Math.floor(row / batch.batch) : (batch.lengths[row] as number) - 1;
      const timestep = timestepOf(outputs, row, batch);
      for (let target = 0; target < width; target++) {
        const { restore } = part;
        const truth = restore.value(sample, target, batch.targets[row * width + target] as number, timestep);
        mean.add(target, means[target] as number, truth, weight);
        const past = visible?.[target];
        if (past === undefined) continue;
        const value = (step: number): number => {
          const shown = Math.max(0, step);
          const seen = restore.seen?.(sample, target, shown);
          if (seen !== undefined) return seen;
          return restore.value(sample, target, inputAt(batch, row % batch.batch, shown, past.feature, data));
        };
        last.add(target, value(at), truth, weight);
        if (period !== null) {
          seasonal.add(target, value(at - period + 1 + ((past.ahead - 1) % period)), truth, weight);
        }
      }
    });
  });
  return {
    ...prefix('last', visible === null ? {} : last.result()),
    ...prefix('seasonal', period === null ? {} : seasonal.result()),
    ...prefix('mean', mean.result()),
  };
}

/** The timestep of an output row where there is one at every step; 0 where a sample has one row. */
function timestepOf({ rows }: OutputLayout, row: number, batch: Batch): number {
  return rows === 'sequence' ? Math.floor(row / batch.batch) : 0;
}

function inputAt(batch: Batch, sample: number, step: number, feature: number, data: PreparedData): number {
  return batch.features[(step * batch.batch + sample) * data.inputs.features.length + feature] as number;
}

/** A forecast target "price+3" continues the input "price"; a next-step target "price" the input of the same name. */
function pastOf(target: string, { inputs, outputs }: PreparedData): PastOfTarget | null {
  const forecast = /^(.*)\+(\d+)$/.exec(target);
  const [name, ahead] =
    outputs.rows === 'batch' && forecast !== null ? [forecast[1], Number(forecast[2])] : [target, 1];
  if (outputs.rows === 'batch' && forecast === null) return null;
  const feature = inputs.features.indexOf(name ?? '');
  return feature < 0 ? null : { feature, ahead };
}

/** Training mean of each target in the units of the file. */
function targetMeans(data: PreparedData, scan: Scan): Float64Array {
  const { outputs, train } = data;
  const width = outputs.targets.length;
  const sums = new Float64Array(width);
  let weights = 0;
  scan(train, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row, sample) => {
      const weight = batch.weights[row] as number;
      weights += weight;
      for (let target = 0; target < width; target++) {
        const value = train.restore.value(
          sample,
          target,
          batch.targets[row * width + target] as number,
          timestepOf(outputs, row, batch),
        );
        sums[target] = (sums[target] as number) + weight * value;
      }
    });
  });
  return weights === 0 ? sums : sums.map((sum) => sum / weights);
}

/** A period counts as plain when looking back by it misses at most this share of what looking back one step does. */
const plainShare = 0.7;
/** Samples, spread over the training part, that decide about a period. */
const scannedSamples = 512;

/**
 * The lag, shorter than the window, at which the first target's past repeats best in the training part; null when none
 * is plainly better than the value just before.
 */
function plainPeriod(data: PreparedData, scan: Scan, pasts: readonly PastOfTarget[]): number | null {
  const feature = pasts[0]?.feature ?? 0;
  const longest = data.train.longest;
  const errors = new Float64Array(longest);
  const counts = new Float64Array(longest);
  const stride = Math.ceil(data.train.count / scannedSamples);
  const spread = everySample(Math.ceil(data.train.count / stride)).map((index) => index * stride);
  const count = (samples: Int32Array, batch: Batch): void => {
    for (let sample = 0; sample < samples.length; sample++) {
      const length = batch.lengths[sample] as number;
      const value = (step: number): number => inputAt(batch, sample, step, feature, data);
      for (let lag = 1; lag < length; lag++) {
        // The end of the window is enough: overlapping windows show the rest.
        errors[lag] = (errors[lag] as number) + Math.abs(value(length - 1) - value(length - 1 - lag));
        counts[lag] = (counts[lag] as number) + 1;
      }
    }
  };
  scan(data.train, count, spread);
  const error = (lag: number): number =>
    counts[lag] === 0 ? Number.POSITIVE_INFINITY : (errors[lag] as number) / (counts[lag] as number);
  let best = 1;
  for (let lag = 2; lag < longest; lag++) if (error(lag) < error(best)) best = lag;
  return best > 1 && error(best) < plainShare * error(1) ? best : null;
}

function majority(data: PreparedData, part: SampleSet, scan: Scan): Record<string, number> {
  const { outputs } = data;
  const counts = new Float64Array(outputs.classes.length);
  let total = 0;
  scan(data.train, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row) => {
      const label = batch.labels[row] as number;
      counts[label] = (counts[label] as number) + (batch.weights[row] as number);
      total += batch.weights[row] as number;
    });
  });
  if (total === 0) throw new WorkbenchError('data/no-target', 'The training part has no label');
  const probabilities = counts.map((count) => count / total);
  const metrics = new LabelMetrics(outputs.classes.length);
  scan(part, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row) => {
      metrics.add(probabilities, batch.labels[row] as number, batch.weights[row] as number);
    });
  });
  return metrics.result();
}

/** Training frequencies stay away from 0 and 1 by this much, so that their logits are finite. */
const smallestFrequency = 1e-6;

function frequency(data: PreparedData, part: SampleSet, scan: Scan): Record<string, number> {
  const { outputs } = data;
  const width = outputs.targets.length;
  const ones = new Float64Array(width);
  let total = 0;
  scan(data.train, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row) => {
      const weight = batch.weights[row] as number;
      total += weight;
      for (let target = 0; target < width; target++) {
        ones[target] = (ones[target] as number) + weight * (batch.targets[row * width + target] as number);
      }
    });
  });
  const logits = ones.map((count) => {
    const share = Math.min(
      1 - smallestFrequency,
      Math.max(smallestFrequency, count / Math.max(total, 1e-300)),
    );
    return Math.log(share / (1 - share));
  });
  const metrics = new BinaryMetrics(width);
  scan(part, (samples, batch) => {
    forEachRow(outputs, samples, batch, (row) => {
      metrics.add(logits, 0, batch.targets, row * width, batch.weights[row] as number);
    });
  });
  return metrics.result();
}
