import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../engine/data/prepared.ts';
import type { ExportFile, ExportSource } from '../../engine/export/source.ts';
import { exportTfjs } from '../../engine/export/tfjs/model.ts';
import { batchMajor } from '../../main/platform/exports/opened.ts';
import { architectures } from './support/architectures.ts';
import { extents, largestDifference, ourPredictions, randomBatch, randomModel } from './support/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'gru-export-tfjs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cases = architectures().map((architecture, seed) => ({ name: architecture.name, architecture, seed }));

/** Opens the files as a browser would after fetching them. */
async function open(files: readonly ExportFile[]): Promise<tf.LayersModel> {
  const bytes = (path: string): Uint8Array =>
    files.find((file) => file.path === path)?.bytes ?? new Uint8Array();
  const json = JSON.parse(new TextDecoder().decode(bytes('model.json')));
  const [group] = json.weightsManifest;
  const parts: Uint8Array[] = group.paths.map(bytes);
  const data = Uint8Array.from(parts.flatMap((part) => [...part]));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: group.weights,
      weightData: data.buffer,
    }),
  );
}

function inputsOf(model: tf.LayersModel, { model: described }: ExportSource, batch: Batch): tf.Tensor[] {
  const { timesteps, batch: count } = batch;
  const { features, tokens, stateValues } = described.inputs;
  const state = (name: string): tf.Tensor => {
    const [, index, side] = /^initial_state_(\d+)_(\w+)$/.exec(name) ?? [];
    const layer = described.layers[Number(index)];
    const direction = layer?.directions.find(({ reverse }) => reverse === (side === 'backward'));
    const column = direction?.stateColumn ?? 0;
    return tf
      .tensor2d(batch.initialState, [count, stateValues])
      .slice([0, column], [count, layer?.units ?? 0]);
  };
  return model.inputNames.map((name) => {
    if (name === 'features') {
      const values = batchMajor(batch.features, batch, features.length);
      return tf.tensor3d(values, [count, timesteps, features.length]);
    }
    if (name === 'lengths') return tf.tensor2d(Float32Array.from(batch.lengths), [count, 1]);
    if (name.startsWith('tokens_')) {
      const values = batchMajor(batch.tokens, batch, tokens.length);
      const token = described.embeddings[Number(name.slice(7))]?.token ?? 0;
      const column = Int32Array.from(
        { length: count * timesteps },
        (_, row) => values[row * tokens.length + token] ?? 0,
      );
      return tf.tensor2d(column, [count, timesteps], 'int32');
    }
    return state(name);
  });
}

describe('exported to TensorFlow.js, run by its own JavaScript backend', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
    const shim = cases
      .flatMap(({ architecture, seed }) => exportTfjs(randomModel(architecture, seed), true))
      .find(({ path }) => path === 'gru-layers.mjs');
    writeFileSync(join(folder, 'gru-layers.mjs'), shim?.bytes ?? '');
    const { registerGruLayers } = await import(pathToFileURL(join(folder, 'gru-layers.mjs')).href);
    registerGruLayers(tf);
  });

  it.each(cases)('$name', async ({ architecture, seed }) => {
    const source = randomModel(architecture, seed);
    for (const lengths of [false, true]) {
      const model = await open(exportTfjs(source, lengths));
      const batches = extents.map((extent) => randomBatch(source, extent, seed, !lengths));
      const ours = await ourPredictions(source, batches);
      for (const [index, batch] of batches.entries()) {
        const inputs = inputsOf(model, source, batch);
        const output = model.predict(inputs) as tf.Tensor;
        expect(largestDifference(ours[index] ?? [], await output.data())).toBeLessThanOrEqual(1e-5);
        tf.dispose([output, ...inputs]);
      }
      model.dispose();
    }
  });

  it('needs no other layers where the reset gate acts before the product', () => {
    const paths = (name: string) => {
      const found = cases.find((candidate) => candidate.name === name);
      if (found === undefined) throw new Error(name);
      return exportTfjs(randomModel(found.architecture, 0), false).map(({ path }) => path);
    };
    expect(paths('one layer, reset before')).toEqual(['model.json', 'group1-shard1of1.bin']);
    expect(paths('read-out attention')).toContain('gru-layers.mjs');
  });
});
