import type { SampleOrigin, SampleSet } from '../data/prepared.ts';
import { pass } from './pass.ts';
import { predictionReader } from './point.ts';
import type { Runner } from './runner.ts';

/** What the model says of one sample, in the units of the file. */
export interface SamplePrediction {
  readonly sample: number;
  readonly origin: SampleOrigin;
  /** Rows of `values`: 1, or the timesteps of the sample where there is a prediction at every step. */
  readonly steps: number;
  /** [steps, columns]; what the columns are, `predictionNames` says. */
  readonly values: Float64Array;
  /** The class of each step, for labels; empty otherwise. */
  readonly labels: readonly string[];
}

/** Names of the columns of predictions: "price+1", "price+1 q0.9", "probability of spam". */
export function predictionNames(runner: Runner): readonly string[] {
  return predictionReader(runner.built.loss, runner.built.model.outputs).columns;
}

/** Predictions for every sample of a set; in the order of samples unless the run is stateful. */
export async function* predict(
  runner: Runner,
  set: SampleSet,
  options: { pause(): Promise<void> },
): AsyncGenerator<SamplePrediction> {
  const { loss, model } = runner.built;
  const { outputs } = model;
  const reader = predictionReader(loss, outputs);
  const columns = reader.columns.length;
  const everyStep = outputs.rows === 'sequence';
  for await (const { samples, batch, predictions } of pass(runner, set, {
    withLoss: false,
    pause: options.pause,
  })) {
    for (let b = 0; b < samples.length; b++) {
      const sample = samples[b] as number;
      const steps = everyStep ? set.length(sample) : 1;
      const values = new Float64Array(steps * columns);
      for (let step = 0; step < steps; step++) {
        const row = values.subarray(step * columns, (step + 1) * columns);
        reader.read(predictions, (step * batch.batch + b) * columns, row);
      }
      const labels = outputs.kind === 'labels' ? labelsOf(values, outputs.classes) : [];
      restore(values, reader.targets, set, sample);
      yield { sample, origin: set.origin(sample), steps, values, labels };
    }
  }
}

function labelsOf(probabilities: Float64Array, classes: readonly string[]): string[] {
  const steps = probabilities.length / classes.length;
  return Array.from({ length: steps }, (_, step) => {
    const row = probabilities.subarray(step * classes.length, (step + 1) * classes.length);
    return classes[row.indexOf(Math.max(...row))] ?? '';
  });
}

/** Turns model space into the units of the file, in place. A spread stands behind the value that it belongs to. */
function restore(
  values: Float64Array,
  columns: ReturnType<typeof predictionReader>['targets'],
  set: SampleSet,
  sample: number,
): void {
  let center = 0;
  for (let index = 0; index < values.length; index++) {
    const column = columns[index % columns.length];
    const step = Math.floor(index / columns.length);
    const value = values[index] as number;
    if (column?.kind === 'value') {
      center = value;
      values[index] = set.restore.value(sample, column.target, value, step);
    }
    if (column?.kind === 'spread') {
      values[index] = value * Math.abs(set.restore.scale(sample, column.target, center, step));
    }
  }
}
