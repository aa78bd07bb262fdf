import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultOnnxOptions, exportOnnx, onnxOpsets } from '../../engine/export/onnx/model.ts';
import { architectures } from './support/architectures.ts';
import { extents, largestDifference, ourPredictions, randomBatch, randomModel } from './support/models.ts';
import { findPython, type PythonAnswers, runPython } from './support/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'gru-export-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const python = findPython(['onnx', 'onnxruntime', 'numpy']);

const cases = onnxOpsets.flatMap((opset) =>
  architectures().map((architecture, seed) => {
    const source = randomModel(architecture, seed);
    return {
      name: `${architecture.name}, opset ${opset}`,
      source,
      opset,
      batches: extents.map((extent) => randomBatch(source, extent, seed, false)),
    };
  }),
);

describe('an ONNX file, before the checker of ONNX and its own Python', () => {
  let answers: PythonAnswers | null = null;
  beforeAll(() => {
    if ('missing' in python) return;
    const files = cases.map((exported, index) => ({ ...exported, file: `${index}.onnx` }));
    for (const { source, opset, file } of files) {
      writeFileSync(join(folder, file), exportOnnx(source, { ...defaultOnnxOptions, opset }));
    }
    answers = runPython(python.command, 'onnx', folder, files);
  });

  it.for(cases)('is sound and answers what we answer: $name', async ({ name, source, batches }, { skip }) => {
    if ('missing' in python) return skip(python.missing);
    const outputs = answers?.cases[name];
    if (typeof outputs === 'string') throw new Error(outputs);
    const ours = await ourPredictions(source, batches);
    for (const [index, values] of ours.entries()) {
      expect(largestDifference(values, outputs?.[index] ?? [])).toBeLessThanOrEqual(1e-5);
    }
  });
});
