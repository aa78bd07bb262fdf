import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { RandomStream } from '../../engine/base/rng.ts';
import type { InputLayout, OutputLayout } from '../../engine/data/prepared.ts';
import { emptyStates, Runner, writeStates } from '../../engine/infer/runner.ts';
import { resultIndex, scalarIndex } from '../../engine/plan/plan.ts';
import type { MemorySample } from '../../main/services/examples/memory-samples.ts';
import { experiment, plan, prepared } from '../train/support.ts';

const random = new RandomStream(5, 5);
const normals = (count: number) => Array.from({ length: count }, () => random.nextNormal());
const below = (count: number, bound: number) =>
  Array.from({ length: count }, () => random.nextInteger(bound));

const inputs: InputLayout = {
  features: ['a', 'b'],
  tokens: [
    { name: 'day', entries: 3 },
    { name: 'shop', entries: 4 },
  ],
  stateValues: 0,
};
const lengths = [4, 1, 3];

function samples(outputs: OutputLayout, width: InputLayout): MemorySample[] {
  return lengths.map((timesteps, index) => {
    const rows = outputs.rows === 'sequence' ? timesteps : 1;
    const values = normals(rows * outputs.targets.length);
    return {
      timesteps,
      features: normals(timesteps * width.features.length),
      tokens: below(timesteps * width.tokens.length, 3),
      initialState: normals(width.stateValues),
      targets: outputs.kind === 'binary' ? values.map((value) => Number(value > 0)) : values,
      labels: below(rows, Math.max(1, outputs.classes.length)),
      weights: Array.from({ length: rows }, (_, row) => ((row + index) % 3) + 0.5),
    };
  });
}

const values: OutputLayout = { kind: 'values', targets: ['y', 'z'], classes: [], rows: 'batch' };
const labels: OutputLayout = { kind: 'labels', targets: ['c'], classes: ['u', 'v', 'w'], rows: 'batch' };
const bits: OutputLayout = { kind: 'binary', targets: ['p', 'q'], classes: [], rows: 'sequence' };
const given: InputLayout = { ...inputs, stateValues: 6 };
const smooth = { gateActivation: 'sigmoid', candidateActivation: 'tanh' };
const stochastic = { inputDropout: 0.3, recurrentDropout: 0.3, outputDropout: 0.3, zoneout: 0.3 };

/** Models that together switch on everything a plan can hold. */
const cases: { name: string; inputs: InputLayout; outputs: OutputLayout; parts: Record<string, unknown> }[] =
  [
    {
      name: 'embeddings, bidirectional, normalization, trainable state, every dropout, residual, attention, head',
      inputs,
      outputs: values,
      parts: {
        model: {
          embeddingWidth: 2,
          layers: [
            {
              units: 3,
              bidirectional: true,
              layerNormalization: true,
              initialState: { kind: 'trainable' },
              ...stochastic,
            },
            { units: 3, bidirectional: true, residual: true, resetMode: 'after', ...stochastic },
          ],
          readout: 'attention',
          attentionSize: 3,
          head: [{ units: 4, activation: 'gelu', dropout: 0.3 }],
        },
        training: { loss: { kind: 'pinball' } },
      },
    },
    {
      name: 'reset before, clip, given state, swish, max, cross-entropy',
      inputs: given,
      outputs: labels,
      parts: {
        model: {
          layers: [
            {
              units: 3,
              bidirectional: true,
              resetMode: 'before',
              clip: 0.8,
              candidateActivation: 'swish',
              initialState: { kind: 'given', columns: ['a', 'b', 'c', 'd', 'e', 'f'] },
            },
            { units: 2, bias: false },
          ],
          readout: 'max',
          head: [{ units: 3, activation: 'tanh' }],
        },
        training: { loss: { kind: 'crossEntropy', smoothing: 0.1, classWeights: [1, 2, 0.5] } },
      },
    },
    {
      name: 'a prediction at every step, residual from the input, binary targets',
      inputs,
      outputs: bits,
      parts: {
        model: {
          embeddingWidth: 2,
          layers: [
            { units: 3, bidirectional: true, residual: true, ...stochastic },
            { units: 4, residual: false },
          ],
          readout: 'every',
        },
        training: {
          loss: { kind: 'binaryCrossEntropy' },
          lossReduction: 'sumOutputs',
          gradientAccumulation: 2,
        },
      },
    },
    {
      name: 'mean and last with a Gaussian, frozen middle',
      inputs,
      outputs: values,
      parts: {
        model: {
          embeddingWidth: 1,
          layers: [{ units: 2 }, { units: 3, bidirectional: true }],
          readout: 'mean',
        },
        training: { loss: { kind: 'gaussian' }, frozen: ['gru.1', 'embedding.shop'] },
      },
    },
    {
      name: 'last state of both directions',
      inputs,
      outputs: values,
      parts: {
        model: {
          layers: [
            { units: 2, ...smooth },
            { units: 3, bidirectional: true },
          ],
        },
      },
    },
    {
      name: 'stateful',
      inputs,
      outputs: values,
      parts: {
        model: { layers: [{ units: 2 }, { units: 2, residual: true }] },
        training: { stateful: true },
      },
    },
  ];

describe('gradients of whole models on the reference', () => {
  it.each(cases)('$name', async ({ inputs: width, outputs, parts }) => {
    const config = experiment({ ...parts, training: { batchSize: 3, ...(parts.training as object) } });
    const data = prepared(width, outputs, { train: samples(outputs, width) });
    const built = plan({ experiment: config, data });
    const backend = createReferenceBackend();
    const runner = new Runner(built, await backend.prepare(built.plan), 'float64');
    const { executable } = runner;
    for (const { slot, description } of built.parameters.values()) {
      const size = description.shape.reduce((product, length) => product * length, 1);
      executable.writeFloats(
        slot,
        Float64Array.from(normals(size), (value) => 0.5 * value),
      );
    }
    const batch = runner.createBatch();
    data.train.fill(Int32Array.of(0, 1, 2), batch);
    runner.writeBatch(batch);
    const states = emptyStates(runner, 3);
    for (const [name, rows] of states) states.set(name, Float64Array.from(normals(rows.length)));
    writeStates(runner, states, Int32Array.of(0, 1, 2), new Uint8Array(3));
    executable.writeInts(built.plan.random, Int32Array.of(7, 0, 3, 0));
    runner.scalars[scalarIndex.lossScale] = 1 / runner.lossWeight(batch);
    runner.writeScalars();

    const loss = async (): Promise<number> => {
      await runner.run('zeroGradients', batch);
      await runner.run('gradients', batch);
      const results = await executable.readFloats(built.plan.results, 1);
      return results[resultIndex.loss] as number;
    };
    await loss();
    const analytic = new Map<string, ArrayLike<number>>();
    for (const [name, { gradient, description }] of built.parameters) {
      const size = description.shape.reduce((product, length) => product * length, 1);
      if (gradient !== null) analytic.set(name, await executable.readFloats(gradient, size));
    }
    const frozen = config.training.frozen;
    expect(analytic.size).toBe(
      [...built.parameters.keys()].filter((name) => !frozen.some((path) => name.startsWith(path))).length,
    );
    for (const [name, gradient] of analytic) {
      const slot = built.parameters.get(name)?.slot as number;
      const at = await executable.readFloats(slot, gradient.length);
      const probes = gradient.length <= 6 ? [...at.keys()] : below(6, gradient.length);
      for (const index of probes) {
        const step = 1e-5;
        const moved = async (by: number) => {
          const copy = at.slice();
          copy[index] = (copy[index] as number) + by;
          executable.writeFloats(slot, copy);
          return loss();
        };
        const numeric = ((await moved(step)) - (await moved(-step))) / (2 * step);
        executable.writeFloats(slot, at);
        expect(Math.abs(numeric - (gradient[index] as number)), `${name}[${index}]`).toBeLessThan(
          1e-7 * (1 + Math.abs(numeric)),
        );
      }
    }
    expect(
      [...analytic].filter(([, gradient]) => Array.from(gradient).every((value) => value === 0)),
    ).toEqual([]);
  });
});
