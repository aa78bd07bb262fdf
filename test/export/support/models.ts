import { readFileSync } from 'node:fs';
import { createPortableBackend } from '../../../engine/backends/portable/index.ts';
import { RandomStream } from '../../../engine/base/rng.ts';
import { experimentSchema } from '../../../engine/contract/experiment.ts';
import { type Batch, createBatch } from '../../../engine/data/prepared.ts';
import type { ExportSource } from '../../../engine/export/source.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { describeModel } from '../../../engine/model/describe.ts';
import { type ModelDescription, parameterSize } from '../../../engine/model/description.ts';
import { buildPlan } from '../../../engine/plan/build.ts';
import type { Architecture } from './architectures.ts';

/** A model of an architecture with random weights, the same for the same seed. */
export function randomModel(architecture: Architecture, seed: number): ExportSource {
  const loss =
    architecture.outputs.kind === 'labels' ? { kind: 'crossEntropy' } : { kind: 'meanSquaredError' };
  const experiment = experimentSchema.parse({
    name: architecture.name,
    model: architecture.model,
    training: { loss, ...architecture.training },
  });
  const model = describeModel(experiment, architecture.inputs, architecture.outputs);
  return {
    model,
    weights: randomWeights(model, seed),
    experiment,
    preparation: null,
    program: '0.0.0',
    run: 'run-1',
    record: null,
    data: null,
  };
}

export function randomWeights(model: ModelDescription, seed: number): Map<string, Float32Array> {
  const random = new RandomStream(seed, 11);
  return new Map(
    model.parameters.map((parameter) => {
      // Rows of a matrix add up: with this deviation gates stay where they bend.
      const deviation = parameter.shape.length === 2 ? 0.9 / Math.sqrt(parameter.shape[0] ?? 1) : 0.4;
      const shift = parameter.kind === 'gain' ? 1 : 0;
      const values = Float32Array.from(
        { length: parameterSize(parameter) },
        () => shift + deviation * random.nextNormal(),
      );
      return [parameter.name, values] as const;
    }),
  );
}

/** Sizes of the batches that are tried: one full sequence, a ragged batch, one of a single step. */
export const extents = [
  { batch: 1, timesteps: 7, lengths: [7] },
  { batch: 3, timesteps: 5, lengths: [5, 2, 4] },
  { batch: 2, timesteps: 1, lengths: [1, 1] },
] as const;
export type BatchExtent = (typeof extents)[number];

export function randomBatch(
  { model }: ExportSource,
  extent: BatchExtent,
  seed: number,
  full: boolean,
): Batch {
  const random = new RandomStream(seed, 12);
  const { timesteps, batch } = extent;
  const made = createBatch(model.inputs, model.outputs, { timesteps, batch });
  const lengths = full ? extent.lengths.map(() => timesteps) : extent.lengths;
  for (let i = 0; i < made.features.length; i++) {
    const row = Math.floor(i / model.inputs.features.length);
    const value = random.nextNormal();
    made.features[i] = Math.floor(row / batch) < (lengths[row % batch] ?? 0) ? value : 0;
  }
  model.inputs.tokens.forEach(({ entries }, token) => {
    for (let row = 0; row < timesteps * batch; row++) {
      made.tokens[row * model.inputs.tokens.length + token] = (row * 7 + token + seed) % entries;
    }
  });
  for (let i = 0; i < made.initialState.length; i++) made.initialState[i] = 0.5 * random.nextNormal();
  made.lengths.set(lengths);
  return made;
}

/** Our float32 predictions, [batch, (steps,) outputs] as other tools order them; NaN at padded steps. */
export async function ourPredictions(
  source: ExportSource,
  batches: readonly Batch[],
): Promise<Float32Array[]> {
  const { model, experiment } = source;
  const largest = (pick: (batch: Batch) => number) => Math.max(...batches.map(pick));
  const extent = { timesteps: largest(({ timesteps }) => timesteps), batch: largest(({ batch }) => batch) };
  const built = buildPlan(model, experiment, extent, {
    masked: true,
    balancedClassWeights: null,
    training: false,
  });
  const executable = await portable.prepare(built.plan);
  const runner = new Runner(built, executable, 'float32');
  runner.writeParameters(source.weights);
  const results: Float32Array[] = [];
  for (const batch of batches) {
    runner.writeBatch(batch);
    await runner.run('predict', batch);
    const values = await runner.readPredictions(batch);
    results.push(samplesFirst(Float32Array.from(values), batch, built.predictions));
  }
  executable.dispose();
  return results;
}

const portable = createPortableBackend({
  simd: readFileSync(new URL('../../../engine/backends/portable/kernels.wasm', import.meta.url)),
  relaxed: new Uint8Array(),
});

function samplesFirst(
  values: Float32Array,
  batch: Batch,
  { rows, columns }: { readonly rows: 'sequence' | 'batch'; readonly columns: number },
): Float32Array {
  if (rows === 'batch') return values;
  const result = new Float32Array(values.length).fill(Number.NaN);
  for (let sample = 0; sample < batch.batch; sample++) {
    for (let step = 0; step < (batch.lengths[sample] ?? 0); step++) {
      const from = (step * batch.batch + sample) * columns;
      result.set(values.subarray(from, from + columns), (sample * batch.timesteps + step) * columns);
    }
  }
  return result;
}

/** Largest absolute difference where there is a prediction; infinite where the other side is not a number. */
export function largestDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    const value = ours[i] as number;
    if (Number.isNaN(value)) continue;
    const difference = Math.abs(value - (theirs[i] as number));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
