import { createRequire } from 'node:module';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Batch } from '../../../engine/data/prepared.ts';
import type { LayerDescription, ModelDescription } from '../../../engine/model/description.ts';
import { batchMajor, type OpenedExport } from './opened.ts';

/**
 * An ONNX file of ours in ONNX Runtime, on one processor thread.
 * Throws `export/unsupported` where ONNX Runtime refuses the file.
 */
export async function openOnnx(
  file: string | Uint8Array,
  model: ModelDescription,
  weights: ReadonlyMap<string, ArrayLike<number>>,
): Promise<OpenedExport> {
  const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  let session: InferenceSession;
  try {
    session =
      typeof file === 'string'
        ? await InferenceSession.create(file, options)
        : await InferenceSession.create(file, options);
  } catch (cause) {
    throw new WorkbenchError('export/unsupported', 'ONNX Runtime refuses this file', {
      ...(typeof file === 'string' ? { where: file } : {}),
      hint: 'Export to another format, and report this as a defect.',
      cause,
    });
  }
  return {
    tool: `onnxruntime-node ${runtimeVersion()}`,
    run: async (batch) => {
      const results = await session.run(feedsOf(session.inputNames, model, weights, batch));
      const data = results.predictions?.data;
      if (data instanceof Float32Array) return data;
      throw new WorkbenchError('internal', 'The exported model has no output "predictions" of floats');
    },
    close: () => session.release(),
  };
}

function feedsOf(
  names: readonly string[],
  model: ModelDescription,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  batch: Batch,
): Record<string, Tensor> {
  const { timesteps, batch: count } = batch;
  const { stateValues } = model.inputs;
  const [features, tokens] = [model.inputs.features.length, model.inputs.tokens.length];
  const all = new Map<string, () => Tensor>([
    [
      'features',
      () => new Tensor('float32', batchMajor(batch.features, batch, features), [count, timesteps, features]),
    ],
    [
      'tokens',
      () => {
        const values = BigInt64Array.from(batchMajor(batch.tokens, batch, tokens), BigInt);
        return new Tensor('int64', values, [count, timesteps, tokens]);
      },
    ],
    [
      'state',
      () => new Tensor('float32', batch.initialState.slice(0, count * stateValues), [count, stateValues]),
    ],
    ['lengths', () => new Tensor('int32', batch.lengths.slice(0, count), [count])],
    ...model.layers.map(
      (layer, index) =>
        [`initial_state_${index}`, () => initialState(layer, weights, batch, stateValues)] as const,
    ),
  ]);
  return Object.fromEntries(
    names.map((name) => {
      const make = all.get(name);
      if (make === undefined) {
        throw new WorkbenchError(
          'internal',
          `Nothing is known for the input "${name}" of the exported model`,
        );
      }
      return [name, make()];
    }),
  );
}

/** [D,B,H] state of a layer before the first step: zeros, the learned one, or that of the batch. */
function initialState(
  { directions, units }: LayerDescription,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  batch: Batch,
  stateValues: number,
): Tensor {
  const values = new Float32Array(directions.length * batch.batch * units);
  directions.forEach(({ name, stateColumn }, index) => {
    const learned = weights.get(`${name}.initialState`);
    for (let sample = 0; sample < batch.batch; sample++) {
      const at = (index * batch.batch + sample) * units;
      if (learned !== undefined) values.set(learned, at);
      if (stateColumn === null) continue;
      const start = sample * stateValues + stateColumn;
      values.set(batch.initialState.subarray(start, start + units), at);
    }
  });
  return new Tensor('float32', values, [directions.length, batch.batch, units]);
}

const manifestSchema = z.object({ version: z.string() });

function runtimeVersion(): string {
  return manifestSchema.parse(createRequire(import.meta.url)('onnxruntime-node/package.json')).version;
}
