import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { experimentSchema } from '../../engine/contract/experiment.ts';
import { exportFormats } from '../../engine/export/formats.ts';
import { CommandLine, seriesCsv } from './support/command-line.ts';

const gru = new CommandLine();

beforeAll(async () => {
  writeFileSync(gru.path('sales.csv'), seriesCsv(200));
  const data = ['--data', 'sales.csv', '--target', 'sales', '--task', 'forecast'];
  await gru.run('init', 'p', ...data);
  const path = gru.path('p', 'config.json');
  const { $schema: _, ...config } = JSON.parse(readFileSync(path, 'utf8'));
  const experiment = experimentSchema.parse(config);
  experiment.data.window = 8;
  experiment.data.horizon = 1;
  experiment.training.epochs = 2;
  experiment.model.layers = experiment.model.layers.slice(0, 1).map((layer) => ({ ...layer, units: 8 }));
  writeFileSync(path, JSON.stringify(experiment));
  const { outcome } = await gru.events('train', 'p');
  expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
});
afterAll(() => gru.close());

/** Bytes that a person would know each format by. */
const written: Readonly<Record<(typeof exportFormats)[number], readonly string[]>> = {
  onnx: ['model.onnx'],
  keras: ['model.keras'],
  h5: ['model.weights.h5'],
  pytorch: ['model.py', 'train.py'],
  safetensors: ['model.safetensors'],
  tfjs: ['model.json'],
  c: ['model.c', 'model.h'],
  js: ['model.mjs'],
  json: ['model.json'],
  card: ['model.md'],
};

const verified = z.object({
  verification: z
    .object({
      samples: z.int().min(1),
      largestDifference: z.number().max(1e-5),
      metrics: z.array(z.object({ name: z.string(), ours: z.number(), theirs: z.number() })).min(3),
    })
    .nullable(),
});

describe('gru export', () => {
  it.each(exportFormats)(
    '%s: writes what is named, and checks what this machine can open',
    async (format) => {
      const { code, stdout, stderr } = await gru.run('export', 'p', '--format', format, '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const folder = gru.path('p', 'exports', `run-001-${format}`);
      for (const name of written[format]) expect(readdirSync(folder)).toContain(name);
      const { verification } = verified.parse(JSON.parse(stdout));
      expect(verification !== null).toBe(format === 'onnx' || format === 'js');
    },
  );

  it('says what eight bits cost', async () => {
    const args = ['--format', 'onnx', '--option', 'weights=int8', '--output', 'small.onnx'];
    const { code, stdout } = await gru.run('export', 'p', ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Largest difference in onnxruntime-node .* on \d+ test samples: \d/);
    expect(stdout).toMatch(/^ {2}rmse: [\d.]+ here, [\d.]+ there$/m);
  });

  it('refuses an option that the format does not have', async () => {
    const { code, stderr } = await gru.run('export', 'p', '--format', 'onnx', '--option', 'opset=3');
    expect(code).toBe(2);
    expect(stderr).toContain('opset');
  });
});

describe('gru import-model', () => {
  it.each(['onnx', 'keras', 'safetensors', 'h5'] as const)(
    '%s comes back and measures the same',
    async (format) => {
      const [name = ''] = written[format];
      const output = gru.path('back', format, name);
      await gru.run('export', 'p', 'run-001', '--format', format, '--output', output, '--no-verify');
      expect(existsSync(output)).toBe(true);
      const evaluated = await gru.run('evaluate', 'p', 'run-001', '--json');
      const imported = await gru.run('import-model', 'p', output, '--backend', 'portable', '--json');
      expect({ code: imported.code, stderr: imported.stderr }).toEqual({ code: 0, stderr: '' });
      const shape = z.object({ metrics: z.record(z.string(), z.number()) });
      const before = shape.parse(JSON.parse(evaluated.stdout)).metrics;
      expect(shape.parse(JSON.parse(imported.stdout)).metrics['test.rmse']).toBeCloseTo(
        before['test.rmse'] ?? Number.NaN,
        6,
      );
    },
  );

  it('is refused with the reason for what is no model', async () => {
    const { code, stderr } = await gru.run('import-model', 'p', 'sales.csv');
    expect(code).not.toBe(0);
    expect(stderr).toContain('This is not a model file that is known');
  });
});
