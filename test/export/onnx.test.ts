import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  defaultOnnxOptions,
  exportOnnx,
  type OnnxOptions,
  onnxOpsets,
} from '../../engine/export/onnx/model.ts';
import { float16Bits } from '../../engine/export/onnx/tensor.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { openOnnx } from '../../main/platform/exports/onnx.ts';
import { architectures } from './support/architectures.ts';
import {
  type BatchExtent,
  extents,
  largestDifference,
  ourPredictions,
  randomBatch,
  randomModel,
} from './support/models.ts';

const cases = architectures().map((architecture, seed) => ({ architecture, seed, name: architecture.name }));

/** Largest difference to our predictions over several batches. */
async function differenceOf(
  source: ExportSource,
  options: Partial<OnnxOptions>,
  seed: number,
  sizes: readonly BatchExtent[] = extents,
): Promise<number> {
  const chosen = { ...defaultOnnxOptions, ...options };
  const opened = await openOnnx(exportOnnx(source, chosen), source.model, source.weights);
  const batches = sizes.map((extent) => randomBatch(source, extent, seed, !chosen.lengths));
  const ours = await ourPredictions(source, batches);
  let largest = 0;
  for (const [index, batch] of batches.entries()) {
    largest = Math.max(largest, largestDifference(ours[index] ?? [], await opened.run(batch)));
  }
  await opened.close();
  return largest;
}

describe.each(onnxOpsets)('exported to ONNX opset %i, run by ONNX Runtime', (opset) => {
  it.each(cases)('$name', async ({ architecture, seed }) => {
    const source = randomModel(architecture, seed);
    expect(await differenceOf(source, { opset }, seed)).toBeLessThanOrEqual(1e-5);
  });
});

describe('an ONNX file without the input of lengths', () => {
  it.each(cases)('$name', async ({ architecture, seed }) => {
    const source = randomModel(architecture, seed);
    expect(await differenceOf(source, { lengths: false }, seed)).toBeLessThanOrEqual(1e-5);
  });
});

const byName = (name: string): ExportSource => {
  const index = cases.findIndex((candidate) => candidate.name === name);
  const found = cases[index];
  if (found === undefined) throw new Error(`There is no architecture "${name}"`);
  return randomModel(found.architecture, index);
};

describe('an ONNX file with states as inputs, from their start', () => {
  it.each(cases)('$name', async ({ architecture, seed }) => {
    const source = randomModel(architecture, seed);
    expect(await differenceOf(source, { states: true }, seed)).toBeLessThanOrEqual(1e-5);
  });
});

describe('ONNX weights in fewer bits', () => {
  const names = [
    'bidirectional stack with a head',
    'embeddings and features',
    'layer normalization, reset after',
    'read-out attention',
  ];
  it.each(names)('float16 and int8 change "%s" a little and shrink its file', async (name) => {
    const source = byName(name);
    const float16 = await differenceOf(source, { weightType: 'float16' }, 1);
    const int8 = await differenceOf(source, { weightType: 'int8' }, 1);
    expect(float16).toBeGreaterThan(0);
    expect(float16).toBeLessThan(2e-3);
    expect(int8).toBeGreaterThan(float16);
    expect(int8).toBeLessThan(0.1);
  });

  it('a float16 is the nearest one, ties to even', () => {
    // numpy: np.float32(x).astype(np.float16).view(np.uint16)
    const expected: readonly (readonly [number, number])[] = [
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2.5, 0xc100],
      [0.1, 0x2e66],
      [65504, 0x7bff],
      [65519, 0x7bff],
      [65520, 0x7c00],
      [1.00048828125, 0x3c00],
      [1.00146484375, 0x3c02],
      [2 ** -14, 0x0400],
      [2 ** -14 - 2 ** -24, 0x03ff],
      [2 ** -24, 0x0001],
      [2 ** -25, 0x0000],
      [1.5 * 2 ** -24, 0x0002],
      [Number.NEGATIVE_INFINITY, 0xfc00],
    ];
    for (const [value, bits] of expected) expect(float16Bits(Math.fround(value))).toBe(bits);
  });
});

describe('an ONNX file with states as inputs', () => {
  it.each([
    'every step, two layers, reset before',
    'every step, two layers, reset afterRecurrentBias',
    'clipped gates',
    'zoneout',
  ])('goes on where the last call ended: %s', async (name) => {
    const source = byName(name);
    const { model } = source;
    const bytes = exportOnnx(source, { ...defaultOnnxOptions, states: true, lengths: false });
    const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
    const batch = randomBatch(source, extents[0], 3, true);
    const [ours = new Float32Array()] = await ourPredictions(source, [batch]);
    const width = model.inputs.features.length;
    let states: Record<string, Tensor> = Object.fromEntries(
      model.layers.map(({ units }, index) => [
        `initial_state_${index}`,
        new Tensor('float32', new Float32Array(units), [1, 1, units]),
      ]),
    );
    const theirs: number[] = [];
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 7],
    ] as const) {
      const features = batch.features.slice(from * width, to * width);
      const results = await session.run({
        features: new Tensor('float32', features, [1, to - from, width]),
        ...states,
      });
      const predictions = Array.from(results.predictions?.data as Float32Array);
      if (model.outputs.rows === 'sequence') theirs.push(...predictions);
      else theirs.splice(0, theirs.length, ...predictions);
      states = Object.fromEntries(
        model.layers.map((_, index) => [`initial_state_${index}`, results[`final_state_${index}`] as Tensor]),
      );
    }
    await session.release();
    expect(largestDifference(ours, theirs)).toBeLessThanOrEqual(1e-5);
  });
});
