import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { ModelDescription } from '../../../engine/model/description.ts';
import { batchMajor, type OpenedExport } from './opened.ts';

type Predict = (sequence: {
  readonly features: Float32Array;
  readonly tokens: Int32Array;
  readonly state: Float32Array;
}) => Float32Array;

const moduleSchema = z.object({
  predict: z.custom<Predict>((value) => typeof value === 'function', 'no function'),
});

/** A JavaScript export of ours, imported. It runs in this process: never open a file of another origin. */
export async function openJavascript(path: string, model: ModelDescription): Promise<OpenedExport> {
  const imported: unknown = await import(/* @vite-ignore */ pathToFileURL(path).href);
  const { predict } = moduleSchema.parse(imported);
  const [width, count] = [model.inputs.features.length, model.inputs.tokens.length];
  const { stateValues } = model.inputs;
  const everyStep = model.outputs.rows === 'sequence';
  return {
    tool: `the module itself, in JavaScript ${process.versions.v8}`,
    run: async (batch) => {
      const { timesteps } = batch;
      const columns = model.output.units * (everyStep ? timesteps : 1);
      const results = new Float32Array(batch.batch * columns);
      const features = batchMajor(batch.features, batch, width);
      const tokens = batchMajor(batch.tokens, batch, count);
      for (let sample = 0; sample < batch.batch; sample++) {
        const length = batch.lengths[sample] as number;
        const first = sample * timesteps;
        const values = predict({
          features: features.subarray(first * width, (first + length) * width),
          tokens: tokens.subarray(first * count, (first + length) * count),
          state: batch.initialState.subarray(sample * stateValues, (sample + 1) * stateValues),
        });
        results.set(values, sample * columns);
      }
      return results;
    },
    close: async () => {},
  };
}
