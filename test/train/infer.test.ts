import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import type { Experiment } from '../../engine/contract/experiment.ts';
import type { InputLayout, OutputLayout, PreparedData } from '../../engine/data/prepared.ts';
import { forecast } from '../../engine/infer/forecast.ts';
import { inspect } from '../../engine/infer/inspect.ts';
import { predict, predictionNames } from '../../engine/infer/predict.ts';
import { Runner } from '../../engine/infer/runner.ts';
import type { PlanOptions } from '../../engine/plan/options.ts';
import { initialTrainingState } from '../../engine/train/initial-state.ts';
import { experiment, oneFeature, plan, prepared, randomSamples } from './support.ts';

const pause = async () => {};

/** A runner with the initial weights of an experiment. */
async function runnerFor(config: Experiment, data: PreparedData, options: Partial<PlanOptions> = {}) {
  const built = plan({ experiment: config, data, options });
  const runner = new Runner(built, await createReferenceBackend().prepare(built.plan), 'float64');
  runner.writeParameters(initialTrainingState(config, built, 'float64').parameters);
  return runner;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const twoSteps: OutputLayout = { kind: 'values', targets: ['x+1', 'x+2'], classes: [], rows: 'batch' };
const small = { model: { layers: [{ units: 3 }] }, training: { batchSize: 2 } };
/** Model space 1 is 10 in the file, and 0 is 5. */
const restore = { value: (_s: number, _t: number, value: number) => 5 + 10 * value, scale: () => 10 };

describe('prediction', () => {
  it('does not depend on the batch a sample is in, and is in the units of the file', async () => {
    const samples = randomSamples(1, 5, 6, 1).map((sample, index) => ({ ...sample, timesteps: 2 + index }));
    const data = prepared(oneFeature, twoSteps, { train: samples }, { restore });
    const batched = await all(predict(await runnerFor(experiment(small), data), data.train, { pause }));
    const alone = experiment({ ...small, training: { batchSize: 1 } });
    const single = await all(predict(await runnerFor(alone, data), data.train, { pause }));
    expect(batched.map(({ sample }) => sample)).toEqual([0, 1, 2, 3, 4]);
    batched.forEach(({ values }, index) => {
      values.forEach((value, k) => {
        expect(value).toBeCloseTo(single[index]?.values[k] as number, 12);
      });
    });
    const raw = prepared(oneFeature, twoSteps, { train: samples });
    const unscaled = await all(predict(await runnerFor(alone, raw), raw.train, { pause }));
    expect(single[3]?.values[1]).toBeCloseTo(5 + 10 * (unscaled[3]?.values[1] as number), 12);
  });

  it('names quantiles, deviations and classes, and gives probabilities that add up to 1', async () => {
    const samples = randomSamples(1, 3, 4, 1);
    const names = async (loss: unknown, outputs: OutputLayout) => {
      const data = prepared(oneFeature, outputs, {
        train: samples.map((sample) => ({ ...sample, labels: [1] })),
      });
      const runner = await runnerFor(experiment({ ...small, training: { loss } }), data);
      const [first] = await all(predict(runner, data.train, { pause }));
      return { names: predictionNames(runner), ...first };
    };
    const quantiles = await names({ kind: 'pinball', quantiles: [0.1, 0.9] }, twoSteps);
    expect(quantiles.names).toEqual(['x+1 q0.1', 'x+1 q0.9', 'x+2 q0.1', 'x+2 q0.9']);
    const gaussian = await names({ kind: 'gaussian' }, { ...twoSteps, targets: ['x+1'] });
    expect(gaussian.names).toEqual(['x+1', 'x+1 deviation']);
    expect(gaussian.values?.[1]).toBeGreaterThan(0);
    const classes: OutputLayout = {
      kind: 'labels',
      targets: ['c'],
      classes: ['no', 'yes', 'so'],
      rows: 'batch',
    };
    const labeled = await names({ kind: 'crossEntropy' }, classes);
    expect(labeled.names).toEqual(['probability of no', 'probability of yes', 'probability of so']);
    expect(labeled.values?.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 14);
    expect(classes.classes).toContain(labeled.labels?.[0]);
  });

  it('forecasts on by reading its own predictions', async () => {
    const samples = randomSamples(4, 3, 5, 1);
    const data = prepared(oneFeature, twoSteps, { train: samples }, { restore });
    const runner = await runnerFor(experiment(small), data);
    const loop = {
      columns: 1,
      begin: () => ({
        next: (predicted: ArrayLike<number>) => ({
          features: Float32Array.from(predicted),
          values: Float64Array.from(predicted, (value) => 5 + 10 * value),
        }),
      }),
    };
    const found = await all(forecast(runner, data.train, { loop, steps: 5, pause }));
    expect(found.map(({ sample }) => sample)).toEqual([0, 1, 2]);
    // By hand: predict, put the predictions behind the window, drop its oldest rows, predict again.
    for (const { sample, values } of found) {
      let window = Array.from(samples[sample]?.features ?? []);
      const expected: number[] = [];
      while (expected.length < 5) {
        const shifted = prepared(oneFeature, twoSteps, {
          train: [{ timesteps: 5, features: window, targets: [0, 0] }],
        });
        const [one] = await all(predict(runner, shifted.train, { pause }));
        const ahead = Array.from(one?.values ?? [], Math.fround);
        expected.push(...ahead.map((value) => 5 + 10 * value));
        window = [...window.slice(2), ...ahead];
      }
      values.forEach((value, step) => {
        expect(value).toBeCloseTo(expected[step] as number, 5);
      });
    }
  });
});

describe('inspection', () => {
  const inputs: InputLayout = { features: ['x'], tokens: [], stateValues: 0 };
  const one: OutputLayout = { ...twoSteps, targets: ['x+1'] };
  const config = experiment({
    model: { layers: [{ units: 2, bidirectional: true }, { units: 3 }], readout: 'attention' },
    training: { batchSize: 2 },
  });

  it('shows gates that explain the states, attention that adds up to 1, and gradients at every step', async () => {
    const data = prepared(inputs, one, { train: randomSamples(1, 2, 6, 1) });
    const { directions, attention, timesteps } = await inspect(
      await runnerFor(config, data, { keepGates: true }),
      data.train,
      1,
    );
    expect(timesteps).toBe(6);
    expect(directions.map(({ name }) => name)).toEqual(['gru.0.forward', 'gru.0.reverse', 'gru.1.forward']);
    for (const { gates, state, units, reverse, gradientNorms } of directions) {
      for (let t = 0; t < 6; t++) {
        const before = reverse ? t + 1 : t - 1;
        for (let u = 0; u < units; u++) {
          const previous = before < 0 || before > 5 ? 0 : (state[before * units + u] as number);
          const z = gates.update[t * units + u] as number;
          const n = gates.candidate[t * units + u] as number;
          expect(state[t * units + u]).toBeCloseTo(z * previous + (1 - z) * n, 14);
        }
      }
      expect(gradientNorms?.every((norm) => norm > 0)).toBe(true);
    }
    expect(attention?.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14);
  });
});
