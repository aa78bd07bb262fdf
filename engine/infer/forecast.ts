import { WorkbenchError } from '../base/errors.ts';
import type { Batch, SampleSet } from '../data/prepared.ts';
import { predictionsPerTarget } from '../ops/loss.ts';
import { batchesInOrder, everySample } from './batches.ts';
import { centralPrediction, sigmoid } from './point.ts';
import { emptyStates, type Runner, writeStates } from './runner.ts';

export interface ForecastOptions {
  /** For each target column, the feature that its prediction becomes (`feedbackInputs` of the data), or null. */
  readonly feedback: readonly number[] | null;
  /** Steps to forecast beyond each sample. */
  readonly steps: number;
  /** Lets other work of the process happen; called between runs. */
  pause(): Promise<void>;
}

/**
 * A closed-loop forecast: the model reads its own predictions as further inputs, as far as is asked for. Windows
 * slide; sequences of their own length grow until the longest the plan allows, then slide.
 * Quantiles and distributions feed back their median or mean, binary values their likelier one.
 *
 * @returns for each sample [steps, columns] in the units of the file (probabilities for binary targets).
 * @throws config/impossible when an input is not predicted, so that it is unknown in the future.
 */
export async function* forecast(
  runner: Runner,
  set: SampleSet,
  options: ForecastOptions,
): AsyncGenerator<{ sample: number; values: Float64Array }> {
  const { feedback, steps } = options;
  const { model, plan } = runner.built;
  if (
    feedback === null ||
    feedback.length !== model.inputs.features.length ||
    model.outputs.kind === 'labels'
  ) {
    throw new WorkbenchError(
      'config/impossible',
      'A forecast beyond the data needs every input to be predicted too',
      {
        where: 'data.columns',
        hint: 'Give every input column the role "featureAndTarget", or forecast with a longer data.horizon.',
      },
    );
  }
  const columns = feedback.length;
  const batch = runner.createBatch();
  const order = batchesInOrder(everySample(set.count), plan.extent.batch);
  for (let index = 0; index < order.count; index++) {
    const { samples } = order.batch(index);
    set.fill(samples, batch);
    const sequences = Array.from(samples, (_, row) => sequenceOf(batch, row, columns));
    const forecasts = Array.from(samples, () => new Float64Array(steps * columns));
    for (let step = 0; step < steps; ) {
      assemble(batch, sequences, columns);
      const predicted = await predictAhead(runner, batch, columns);
      const ahead = (predicted[0] as Float64Array).length / columns;
      predicted.forEach((rows, row) => {
        for (let k = 0; k < Math.min(ahead, steps - step) * columns; k++) {
          const value = rows[k] as number;
          (forecasts[row] as Float64Array)[step * columns + k] =
            model.outputs.kind === 'binary'
              ? value
              : set.restore.value(samples[row] as number, k % columns, value);
        }
        sequences[row] = extend(
          sequences[row] as Float32Array,
          rows,
          feedback,
          plan.extent.timesteps,
          model.outputs.kind === 'binary',
        );
      });
      step += ahead;
      await options.pause();
    }
    for (const [row, sample] of samples.entries()) {
      yield { sample, values: forecasts[row] as Float64Array };
    }
  }
}

/** The features of one row of a batch, [T,F]. */
function sequenceOf(batch: Batch, row: number, width: number): Float32Array {
  const length = batch.lengths[row] as number;
  const sequence = new Float32Array(length * width);
  for (let step = 0; step < length; step++) {
    const from = (step * batch.batch + row) * width;
    sequence.set(batch.features.subarray(from, from + width), step * width);
  }
  return sequence;
}

function assemble(batch: Batch, sequences: readonly Float32Array[], width: number): void {
  batch.timesteps = Math.max(...sequences.map(({ length }) => length / width));
  batch.features.fill(0, 0, batch.timesteps * batch.batch * width);
  sequences.forEach((sequence, row) => {
    const length = sequence.length / width;
    batch.lengths[row] = length;
    for (let step = 0; step < length; step++) {
      const to = (step * batch.batch + row) * width;
      batch.features.set(sequence.subarray(step * width, (step + 1) * width), to);
    }
  });
}

/** The steps that the model predicts after the end of each sequence, [ahead, columns] in model space. */
async function predictAhead(runner: Runner, batch: Batch, columns: number): Promise<Float64Array[]> {
  const { loss, model, plan } = runner.built;
  runner.writeBatch(batch);
  const rows = Int32Array.from({ length: batch.batch }, (_, row) => row);
  writeStates(runner, emptyStates(runner, plan.extent.batch), rows, new Uint8Array(batch.batch).fill(1));
  await runner.run('predict', batch);
  const predictions = await runner.readPredictions(batch);
  const group = predictionsPerTarget(loss);
  const central = centralPrediction(loss);
  const ahead = model.outputs.targets.length / columns;
  return Array.from(rows, (row) => {
    const last = model.outputs.rows === 'sequence' ? (batch.lengths[row] as number) - 1 : 0;
    const first = (last * batch.batch + row) * model.outputs.targets.length;
    return Float64Array.from({ length: ahead * columns }, (_, k) => {
      const value = predictions[(first + k) * group + central] as number;
      if (model.outputs.kind === 'binary') return sigmoid(value);
      return loss.kind === 'poisson' ? Math.exp(value) : value;
    });
  });
}

/** The sequence with its predictions behind it, the oldest steps left out beyond the capacity. */
function extend(
  sequence: Float32Array,
  predicted: Float64Array,
  feedback: readonly number[],
  capacity: number,
  binary: boolean,
): Float32Array {
  const width = feedback.length;
  const longer = new Float32Array(sequence.length + predicted.length);
  longer.set(sequence);
  predicted.forEach((value, k) => {
    const step = Math.floor(k / width);
    const feature = feedback[k % width] as number;
    longer[sequence.length + step * width + feature] = binary ? Number(value > 0.5) : value;
  });
  return longer.subarray(Math.max(0, longer.length - capacity * width));
}
