import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { experimentSchema, tasks } from '../../engine/contract/experiment.ts';
import { createBatch, type InputLayout, type OutputLayout } from '../../engine/data/prepared.ts';
import { fitNetwork } from '../../engine/import/fit.ts';
import { importModel } from '../../engine/import/index.ts';
import { openHdf5 } from '../../main/platform/models/open-hdf5.ts';
import { largestDifference, ourPredictions } from '../export/support/models.ts';

/** Files that PyTorch, torch.onnx and Keras wrote (golden/make.py), with inputs and what those tools compute. */
const golden = new URL('./golden/', import.meta.url);
const array = z.object({ shape: z.array(z.int()), values: z.array(z.number()) });
const cases = z
  .array(
    z.object({
      name: z.string(),
      file: z.string(),
      task: z.enum(tasks),
      readout: z.string(),
      stateDict: z.boolean(),
      features: array.nullable(),
      tokens: array.nullable(),
      entries: z.int().nullable(),
      output: array,
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('cases.json', golden), 'utf8')));

describe('models made by other tools compute here what they compute there', () => {
  it.each(cases.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const network = await importModel(readFileSync(new URL(row.file, golden)), row.file, { openHdf5 });
    const columns = row.output.shape.at(-1) ?? 0;
    const inputs: InputLayout = {
      features: Array.from({ length: row.features?.shape[2] ?? 0 }, (_, index) => `x${index}`),
      tokens: row.entries === null ? [] : [{ name: 'word', entries: row.entries }],
      stateValues: 0,
    };
    const sequence = row.task === 'tag';
    const outputs: OutputLayout = {
      kind: 'values',
      targets: Array.from({ length: columns }, (_, index) => `y${index}`),
      classes: [],
      rows: sequence ? 'sequence' : 'batch',
    };
    const experiment = experimentSchema.parse({
      task: row.task,
      model: { readout: sequence ? 'every' : 'last' },
    });
    const fitted = fitNetwork(network, experiment, inputs, outputs);
    expect(fitted.model.readout).toBe(row.readout);
    const [samples = 0, timesteps = 0] = (row.features ?? row.tokens ?? row.output).shape;
    const batch = createBatch(inputs, outputs, { timesteps, batch: samples });
    batch.lengths.fill(timesteps);
    for (let sample = 0; sample < samples; sample++) {
      for (let step = 0; step < timesteps; step++) {
        const to = step * samples + sample;
        const from = sample * timesteps + step;
        const width = inputs.features.length;
        for (let i = 0; i < width; i++) {
          batch.features[to * width + i] = row.features?.values[from * width + i] ?? 0;
        }
        if (row.tokens !== null) batch.tokens[to] = row.tokens.values[from] ?? 0;
      }
    }
    const source = { ...fitted, preparation: null, record: null, data: null, program: '', run: '' };
    const [ours = new Float32Array()] = await ourPredictions(source, [batch]);
    expect(largestDifference(ours, row.output.values)).toBeLessThanOrEqual(2e-6);
  });
});
