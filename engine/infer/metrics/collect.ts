import type { Batch, OutputLayout, SampleSet } from '../../data/prepared.ts';
import { type Loss, predictionsPerTarget } from '../../ops/loss.ts';
import { marksEntities } from '../../data/text/tag-schemes.ts';
import { centralPrediction, softmax } from '../point.ts';
import { EntityMetrics } from './entities.ts';
import { BinaryMetrics, LabelMetrics } from './labels.ts';
import { ValueMetrics } from './values.ts';

/** Collects the metrics that fit the outputs, batch by batch, values in the units of the file. */
export interface MetricsCollector {
  /**
   * @param predictions [rows, columns] model outputs of the batch.
   */
  add(set: SampleSet, samples: Int32Array, batch: Batch, predictions: ArrayLike<number>): void;
  result(): Record<string, number>;
}

/**
 * @param scales naive error of each target, for `mase`; null leaves it out.
 * @param ranking whether to compute `auc`, which sorts all predictions.
 */
export function collectMetrics(
  loss: Loss,
  outputs: OutputLayout,
  scales: readonly number[] | null,
  ranking: boolean,
): MetricsCollector {
  switch (outputs.kind) {
    case 'values':
      return valueCollector(loss, outputs, scales);
    case 'labels':
      return labelCollector(outputs, ranking);
    case 'binary':
      return binaryCollector(outputs, ranking);
  }
}

/** Calls back for every row that counts: its index, and the sample it belongs to. */
export function forEachRow(
  outputs: OutputLayout,
  samples: Int32Array,
  batch: Batch,
  visit: (row: number, sample: number) => void,
): void {
  const rows = outputs.rows === 'sequence' ? batch.timesteps * batch.batch : batch.batch;
  for (let row = 0; row < rows; row++) {
    if (batch.weights[row] !== 0) visit(row, samples[row % batch.batch] as number);
  }
}

function valueCollector(
  loss: Loss,
  outputs: OutputLayout,
  scales: readonly number[] | null,
): MetricsCollector {
  const targets = outputs.targets.length;
  const metrics = new ValueMetrics(targets, scales);
  const group = predictionsPerTarget(loss);
  const central = centralPrediction(loss);
  const coverage = loss.kind === 'pinball' && loss.quantiles.length > 1 ? new Coverage(loss.quantiles) : null;
  return {
    add: (set, samples, batch, predictions) => {
      forEachRow(outputs, samples, batch, (row, sample) => {
        const weight = batch.weights[row] as number;
        const timestep = outputs.rows === 'sequence' ? Math.floor(row / batch.batch) : 0;
        for (let target = 0; target < targets; target++) {
          const first = (row * targets + target) * group;
          const output = predictions[first + central] as number;
          const truth = batch.targets[row * targets + target] as number;
          const predicted = loss.kind === 'poisson' ? Math.exp(output) : output;
          metrics.add(
            target,
            set.restore.value(sample, target, predicted, timestep),
            set.restore.value(sample, target, truth, timestep),
            weight,
          );
          coverage?.add(predictions, first, truth, weight);
        }
      });
    },
    result: () => ({ ...metrics.result(), ...coverage?.result() }),
  };
}

/** How often the truth lies between the lowest and the highest quantile. */
class Coverage {
  readonly #low: number;
  readonly #high: number;
  #inside = 0;
  #weight = 0;

  constructor(quantiles: readonly number[]) {
    this.#low = quantiles.indexOf(Math.min(...quantiles));
    this.#high = quantiles.indexOf(Math.max(...quantiles));
  }

  add(predictions: ArrayLike<number>, first: number, truth: number, weight: number): void {
    this.#weight += weight;
    const low = predictions[first + this.#low] as number;
    const high = predictions[first + this.#high] as number;
    if (low <= truth && truth <= high) this.#inside += weight;
  }

  result(): Record<string, number> {
    return this.#weight === 0 ? {} : { coverage: this.#inside / this.#weight };
  }
}

function labelCollector(outputs: OutputLayout, ranking: boolean): MetricsCollector {
  const classes = outputs.classes.length;
  const metrics = new LabelMetrics(classes, ranking);
  const entities =
    outputs.rows === 'sequence' && marksEntities(outputs.classes) ? new EntityMetrics(outputs.classes) : null;
  const probabilities = new Float64Array(classes);
  return {
    add: (_, samples, batch, predictions) => {
      forEachRow(outputs, samples, batch, (row) => {
        softmax(predictions, row * classes, probabilities);
        metrics.add(probabilities, batch.labels[row] as number, batch.weights[row] as number);
      });
      entities?.add(batch, predictions);
    },
    result: () => ({ ...metrics.result(), ...entities?.result() }),
  };
}

function binaryCollector(outputs: OutputLayout, ranking: boolean): MetricsCollector {
  const targets = outputs.targets.length;
  const metrics = new BinaryMetrics(targets, ranking);
  return {
    add: (_, samples, batch, predictions) => {
      forEachRow(outputs, samples, batch, (row) => {
        metrics.add(predictions, row * targets, batch.targets, row * targets, batch.weights[row] as number);
      });
    },
    result: () => metrics.result(),
  };
}
