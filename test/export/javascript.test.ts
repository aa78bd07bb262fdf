import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { exportJavascript } from '../../engine/export/javascript/module.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { openJavascript } from '../../main/platform/exports/javascript.ts';
import { architectures } from './support/architectures.ts';
import { extents, largestDifference, ourPredictions, randomBatch, randomModel } from './support/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'gru-export-javascript-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cases = architectures().map((architecture, seed) => ({ architecture, seed, name: architecture.name }));

function write(source: ExportSource, name: string): string {
  mkdirSync(join(folder, name));
  for (const { path, bytes } of exportJavascript(source, 'model'))
    writeFileSync(join(folder, name, path), bytes);
  return join(folder, name, 'model.mjs');
}

describe('exported as a JavaScript module, imported', () => {
  it.each(cases)('$name', async ({ architecture, seed }) => {
    const source = randomModel(architecture, seed);
    const path = write(source, `case-${seed}`);
    const opened = await openJavascript(path, source.model);
    const batches = extents.map((extent) => randomBatch(source, extent, seed, false));
    const ours = await ourPredictions(source, batches);
    for (const [index, batch] of batches.entries()) {
      expect(largestDifference(ours[index] ?? [], await opened.run(batch))).toBeLessThanOrEqual(1e-5);
    }
    const { Stream, predict } = await import(pathToFileURL(path).href);
    if (source.model.layers.some(({ config }) => config.bidirectional)) {
      expect(() => new Stream(new Float32Array(8))).toThrow('bidirectional');
      return;
    }
    // Step by step the same as the whole sequence at once.
    const [batch] = batches;
    if (batch === undefined) return;
    const { features, tokens, initialState: state } = batch;
    const [width, count] = [source.model.inputs.features.length, source.model.inputs.tokens.length];
    const stream = new Stream(state);
    const steps: Float32Array[] = [];
    for (let t = 0; t < batch.timesteps; t++) {
      const row = features.subarray(t * width, (t + 1) * width);
      steps.push(stream.step(row, tokens.subarray(t * count, (t + 1) * count)));
      const sofar = predict({
        features: features.subarray(0, (t + 1) * width),
        tokens: tokens.subarray(0, (t + 1) * count),
        state,
      });
      const last = sofar.subarray(sofar.length - source.model.output.units);
      expect(largestDifference(last, steps.at(-1) ?? [])).toBeLessThanOrEqual(1e-6);
    }
  });
});
