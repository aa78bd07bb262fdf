import { createBatch, type PreparedData, type SampleSet } from '../data/prepared.ts';
import type { ModelDescription } from '../model/description.ts';
import { type Tensor, writeSafetensors } from './safetensors.ts';
import { unsupported } from './source.ts';

/** Samples that are assembled at once. */
const chunk = 256;
/** Bytes that a file of samples may have. */
const limit = 1_500_000_000;

/**
 * The prepared samples of all parts as safetensors, samples first: PART.features [N,T,F], PART.tokens [N,T,K],
 * PART.state [N,S], PART.lengths [N], PART.weights [N] or [N,T], PART.targets [N,O] or [N,T,O], or PART.labels [N] or
 * [N,T]. T is the longest sample of the part; what is absent from the model is absent from the file.
 * Throws `export/unsupported` for more than 1.5 GB.
 */
export function torchData(model: ModelDescription, data: PreparedData): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const part of ['train', 'validation', 'test'] as const) addPart(tensors, part, model, data[part]);
  const bytes = [...tensors.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  if (bytes > limit) {
    throw unsupported(
      'The PyTorch training script',
      'data',
      `${Math.round(bytes / 1e6)} MB of samples in one file`,
    );
  }
  return writeSafetensors({ tensors, metadata: {} });
}

function addPart(tensors: Map<string, Tensor>, part: string, model: ModelDescription, set: SampleSet): void {
  const { count, longest } = set;
  if (count === 0) return;
  const { inputs, outputs } = model;
  const everyStep = outputs.rows === 'sequence';
  const labeled = outputs.kind === 'labels';
  const rowsShape = everyStep ? [count, longest] : [count];
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const float = (name: string, shape: readonly number[]): Float32Array => {
    const values = new Float32Array(size(shape));
    if (values.length > 0) tensors.set(`${part}.${name}`, { shape, values });
    return values;
  };
  const int = (name: string, shape: readonly number[]): Int32Array => {
    const values = new Int32Array(size(shape));
    if (values.length > 0) tensors.set(`${part}.${name}`, { shape, values });
    return values;
  };
  const features = new Float32Array(count * longest * inputs.features.length);
  // Also without columns: the module reads the number of steps from it.
  tensors.set(`${part}.features`, { shape: [count, longest, inputs.features.length], values: features });
  const tokens = int('tokens', [count, longest, inputs.tokens.length]);
  const state = float('state', [count, inputs.stateValues]);
  const lengths = int('lengths', [count]);
  const weights = float('weights', rowsShape);
  const targets = labeled ? new Float32Array(0) : float('targets', [...rowsShape, outputs.targets.length]);
  const labels = labeled ? int('labels', rowsShape) : new Int32Array(0);

  const batch = createBatch(inputs, outputs, { timesteps: longest, batch: Math.min(chunk, count) });
  for (let first = 0; first < count; first += chunk) {
    const samples = Int32Array.from({ length: Math.min(chunk, count - first) }, (_, index) => first + index);
    set.fill(samples, batch);
    for (let column = 0; column < samples.length; column++) {
      const sample = first + column;
      lengths[sample] = batch.lengths[column] as number;
      copy(batch.initialState, column, state, sample, inputs.stateValues);
      for (let step = 0; step < batch.timesteps; step++) {
        const from = step * batch.batch + column;
        const to = sample * longest + step;
        copy(batch.features, from, features, to, inputs.features.length);
        copy(batch.tokens, from, tokens, to, inputs.tokens.length);
        if (everyStep) copyRow(from, to);
      }
      if (!everyStep) copyRow(column, sample);
    }
  }

  function copyRow(from: number, to: number): void {
    weights[to] = batch.weights[from] as number;
    if (labeled) labels[to] = batch.labels[from] as number;
    else copy(batch.targets, from, targets, to, outputs.targets.length);
  }
}

function copy(
  source: Float32Array | Int32Array,
  from: number,
  target: Float32Array | Int32Array,
  to: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) target[to * width + i] = source[from * width + i] as number;
}
