import type { ClosedLoop, LoopSequence } from '../data/closed-loop.ts';
import type { Batch, SampleSet } from '../data/prepared.ts';
import { predictionsPerTarget } from '../ops/loss.ts';
import { batchesInOrder, everySample } from './batches.ts';
import { centralPrediction, sigmoid } from './point.ts';
import { emptyStates, type Runner, writeStates } from './runner.ts';

export interface ForecastOptions {
  /** Makes inputs of predictions (`closedLoop` of the data). */
  readonly loop: ClosedLoop;
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
 */
export async function* forecast(
  runner: Runner,
  set: SampleSet,
  options: ForecastOptions,
): AsyncGenerator<{ sample: number; values: Float64Array }> {
  const { loop, steps } = options;
  const { model, plan } = runner.built;
  const { columns } = loop;
  const width = model.inputs.features.length;
  const batch = runner.createBatch();
  const order = batchesInOrder(everySample(set.count), plan.extent.batch);
  for (let index = 0; index < order.count; index++) {
    const { samples } = order.batch(index);
    set.fill(samples, batch);
    const sequences = Array.from(samples, (_, row) => sequenceOf(batch, row, width));
    const tokens = Array.from(samples, (_, row) => lastTokens(batch, row, model.inputs.tokens.length));
    const growing = Array.from(samples, (sample) => loop.begin(sample));
    const forecasts = Array.from(samples, () => new Float64Array(steps * columns));
    for (let step = 0; step < steps; ) {
      assemble(batch, sequences, tokens, width);
      const predicted = await predictAhead(runner, batch, columns);
      const ahead = (predicted[0] as Float64Array).length / columns;
      predicted.forEach((rows, row) => {
        const { features, values } = (growing[row] as LoopSequence).next(rows);
        const wanted = Math.min(ahead, steps - step) * columns;
        (forecasts[row] as Float64Array).set(values.subarray(0, wanted), step * columns);
        sequences[row] = extend(sequences[row] as Float32Array, features, plan.extent.timesteps * width);
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

/** The tokens at the last step of one row of a batch, [K]: those of columns that do not change. */
function lastTokens(batch: Batch, row: number, width: number): Int32Array {
  const from = (((batch.lengths[row] as number) - 1) * batch.batch + row) * width;
  return batch.tokens.slice(from, from + width);
}

function assemble(
  batch: Batch,
  sequences: readonly Float32Array[],
  tokens: readonly Int32Array[],
  width: number,
): void {
  const lengths = sequences.map(({ length }, row) =>
    width === 0 ? (batch.lengths[row] as number) : length / width,
  );
  batch.timesteps = Math.max(...lengths);
  batch.features.fill(0, 0, batch.timesteps * batch.batch * width);
  sequences.forEach((sequence, row) => {
    const length = lengths[row] as number;
    const entries = tokens[row] as Int32Array;
    batch.lengths[row] = length;
    for (let step = 0; step < batch.timesteps; step++) {
      const place = step * batch.batch + row;
      if (step < length) {
        batch.features.set(sequence.subarray(step * width, (step + 1) * width), place * width);
        batch.tokens.set(entries, place * entries.length);
      } else batch.tokens.fill(0, place * entries.length, (place + 1) * entries.length);
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

/** The sequence with further rows behind it, the oldest left out beyond the capacity. */
function extend(sequence: Float32Array, rows: Float32Array, capacity: number): Float32Array {
  const longer = new Float32Array(sequence.length + rows.length);
  longer.set(sequence);
  longer.set(rows, sequence.length);
  return longer.subarray(Math.max(0, longer.length - capacity));
}
