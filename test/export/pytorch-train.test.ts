import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { torchTensors } from '../../engine/export/pytorch-names.ts';
import { requireTorchTraining } from '../../engine/export/pytorch-train.ts';
import { exportTorch } from '../../engine/export/pytorch.ts';
import { readSafetensors } from '../../engine/export/safetensors.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { fitNetwork } from '../../engine/import/fit.ts';
import { importModel } from '../../engine/import/index.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { openHdf5 } from '../../main/platform/models/open-hdf5.ts';
import { experiment, oneValue, prepared, randomSamples, runTraining, twoFeatures } from '../train/support.ts';
import { findPython } from './support/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'gru-export-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const python = findPython(['torch', 'safetensors']);

const data = prepared(twoFeatures, oneValue, {
  train: randomSamples(1, 22, 6, 2).map((sample, index) => ({ ...sample, timesteps: 6 - (index % 3) })),
  validation: randomSamples(2, 7, 6, 2),
  test: randomSamples(3, 5, 6, 2),
});

const cases = [
  {
    name: 'AdamW, clipped globally, cosine',
    model: { layers: [{ units: 4 }, { units: 3 }] },
    training: {
      optimizer: { kind: 'adam' },
      weightDecay: 0.01,
      clipping: { kind: 'globalNorm', threshold: 0.1 },
      schedule: { kind: 'cosine', decaySteps: 9, per: 'step' },
      warmup: 3,
    },
  },
  {
    name: 'SGD with momentum on a cell of our own, two batches an update',
    model: { layers: [{ units: 4, resetMode: 'before', layerNormalization: true }], readout: 'attention' },
    training: {
      optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
      gradientAccumulation: 2,
      loss: { kind: 'huber', delta: 0.3 },
      clipping: { kind: 'tensorNorm', threshold: 0.05 },
      schedule: { kind: 'cyclic', stepsUp: 3, mode: 'triangular2' },
    },
  },
  {
    name: 'Lion, quantiles, one frozen layer',
    model: {
      layers: [{ units: 4, resetMode: 'after', bidirectional: true }],
      readout: 'mean',
      head: [{ units: 5 }],
    },
    training: {
      optimizer: { kind: 'lion' },
      loss: { kind: 'pinball', quantiles: [0.1, 0.5, 0.9] },
      clipping: { kind: 'value', threshold: 0.01 },
      schedule: { kind: 'oneCycle' },
      frozen: ['head.0'],
    },
  },
  {
    name: 'penalties, an average, a plateau and a stop before the end',
    model: { layers: [{ units: 4, resetMode: 'before' }], head: [{ units: 5, activation: 'tanh' }] },
    training: {
      epochs: 40,
      learningRate: 0.2,
      optimizer: { kind: 'adam' },
      regularizers: { kernel: { l1: 0.01 }, recurrent: { l2: 0.02 }, dense: { l1: 0.001, l2: 0.005 } },
      clipping: { kind: 'globalNorm', threshold: 0.5 },
      averaging: { decay: 0.8 },
      plateau: { factor: 0.5, patience: 1, cooldown: 1 },
      earlyStopping: { patience: 4 },
    },
  },
];

function sourceOf(index: number): ExportSource {
  const { model, training } = cases[index] ?? {};
  const made = experiment({
    model,
    training: {
      epochs: 3,
      batchSize: 4,
      shuffle: false,
      learningRate: 0.01,
      earlyStopping: null,
      seed: 5,
      ...training,
    },
  });
  return {
    model: describeModel(made, data.inputs, data.outputs),
    weights: new Map(),
    experiment: made,
    preparation: null,
    program: '0.0.0',
    run: 'run-1',
    record: null,
    data,
  };
}

describe('the exported training script', () => {
  it.for(cases.map(({ name }, index) => ({ name, index })))(
    'makes the same losses from the same start, in one process and in two: $name',
    { timeout: 300_000 },
    async ({ index }, { skip }) => {
      if ('missing' in python) return skip(python.missing);
      const source = sourceOf(index);
      const { end, events } = await runTraining({ experiment: source.experiment, data });
      const steps = events.flatMap((event) => (event.event === 'step' ? [event] : []));
      const weights = new Map([...end.parameters].map(([name, values]) => [name, Float32Array.from(values)]));
      const place = join(folder, String(index));
      mkdirSync(place);
      const exported = { ...source, weights };
      for (const { path, bytes } of exportTorch(exported, true)) writeFileSync(join(place, path), bytes);
      const runs = [['train.py'], ['-m', 'torch.distributed.run', '--nproc_per_node=2', 'train.py']];
      for (const command of index === 0 ? runs : runs.slice(0, 1)) {
        const ran = spawnSync(python.command, command, {
          cwd: place,
          env: { ...process.env, OMP_NUM_THREADS: '1' },
        });
        if (ran.status !== 0) throw new Error(ran.stderr.toString().slice(-3000));
        const lines: { step?: number; loss?: number; test?: number }[] = ran.stdout
          .toString()
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line));
        const theirs = lines.filter(({ step }) => step !== undefined);
        expect(theirs).toHaveLength(steps.length);
        steps.forEach((step, at) => {
          expect(Math.abs((theirs[at]?.loss ?? Number.NaN) - (step.loss ?? Number.NaN))).toBeLessThan(2e-5);
        });
      }
      // The checkpoint has our names and, after the same training, our weights.
      const path = join(place, 'checkpoint.safetensors');
      const { tensors, metadata } = readSafetensors(readFileSync(path), path);
      expect(metadata.format).toBe('gru-workbench/pytorch');
      for (const [name, { shape, values }] of torchTensors(source.model, exported.weights)) {
        expect(tensors.get(name)?.shape).toEqual(shape);
        const difference = Math.max(
          ...Array.from(values, (value, at) =>
            Math.abs(value - (tensors.get(name)?.values[at] ?? Number.NaN)),
          ),
        );
        expect(difference).toBeLessThan(1e-4);
      }
      // And it comes back as a network of the same experiment.
      const network = await importModel(readFileSync(path), 'checkpoint.safetensors', { openHdf5 });
      const fitted = fitNetwork(network, source.experiment, data.inputs, data.outputs);
      expect(fitted.experiment.model).toEqual(source.experiment.model);
      expect(torchTensors(source.model, fitted.weights)).toEqual(tensors);
    },
  );

  it.each([
    ['training.stateful', { training: { stateful: true } }],
    ['training.constraints', { training: { constraints: { kernel: { kind: 'maxNorm' } } } }],
    ['training.learningRateMultipliers', { training: { learningRateMultipliers: { kernel: 0.5 } } }],
    ['model.layers.0.recurrentDropout', { model: { layers: [{ recurrentDropout: 0.1 }] } }],
  ])('is refused by its key where it would train something else: %s', (where, parts) => {
    expect(() => requireTorchTraining(experiment(parts))).toThrow(
      expect.objectContaining({ code: 'export/unsupported', where }),
    );
  });
});
