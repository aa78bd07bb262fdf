import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { batchesOfStreams } from '../../engine/infer/batches.ts';
import { evaluate } from '../../engine/infer/evaluate.ts';
import { Runner } from '../../engine/infer/runner.ts';
import type { MemorySample } from '../../main/services/examples/memory-samples.ts';
import { experiment, oneFeature, plan, prepared, randomSamples, runTraining } from './support.ts';

const next = { kind: 'values' as const, targets: ['x'], classes: [], rows: 'sequence' as const };

/** Windows of one long sequence, and the whole of it as one sample. */
function cut(sequence: MemorySample, window: number): MemorySample[] {
  const { features = [], targets = [] } = sequence;
  return Array.from({ length: sequence.timesteps / window }, (_, index) => ({
    timesteps: window,
    features: Array.from(features).slice(index * window, (index + 1) * window),
    targets: Array.from(targets).slice(index * window, (index + 1) * window),
  }));
}

const sequences = randomSamples(3, 3, 12, 1).map(({ timesteps, features = [] }) => ({
  timesteps,
  features,
  targets: Array.from(features, (_, t) => 0.5 * (features[t] ?? 0) + 0.4 * (features[t - 5] ?? 0)),
}));
const windows = sequences.flatMap((sequence) => cut(sequence, 4));
const streams = [Int32Array.of(0, 1, 2), Int32Array.of(3, 4, 5), Int32Array.of(6, 7, 8)];

function config(training: Record<string, unknown>) {
  return experiment({
    model: { layers: [{ units: 3 }, { units: 2 }], readout: 'every' },
    training: { stateful: true, batchSize: 2, epochs: 3, earlyStopping: null, ...training },
  });
}

describe('stateful training', () => {
  it('reads streams side by side, and the next stream where one ends', () => {
    const order = batchesOfStreams(
      [Int32Array.of(0, 1), Int32Array.of(2, 3, 4), Int32Array.of(5)],
      Int32Array.of(1, 0, 2),
      2,
    );
    const batches = Array.from({ length: order.count }, (_, index) => order.batch(index));
    expect(batches.map(({ samples }) => [...samples])).toEqual([
      [2, 0],
      [3, 1],
      [4, 5],
    ]);
    expect(batches.map(({ lanes }) => [...(lanes ?? [])])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(batches.map(({ fresh }) => [...(fresh ?? [])])).toEqual([
      [1, 1],
      [0, 0],
      [0, 1],
    ]);
  });

  it('gives the loss of whole sequences when evaluated window by window', async () => {
    const backend = createReferenceBackend();
    const losses: number[] = [];
    for (const stateful of [true, false]) {
      const setup = stateful
        ? { experiment: config({}), data: prepared(oneFeature, next, { train: windows }, { streams }) }
        : { experiment: config({ stateful: false }), data: prepared(oneFeature, next, { train: sequences }) };
      const trained = await runTraining({
        experiment: config({ epochs: 0 }),
        data: prepared(oneFeature, next, { train: windows }, { streams }),
      });
      const built = plan(setup);
      const runner = new Runner(built, await backend.prepare(built.plan), 'float64');
      runner.writeParameters(trained.end.parameters);
      const metrics = await evaluate(runner, setup.data.train, { scales: null, pause: async () => {} });
      losses.push(metrics.loss as number);
    }
    expect(losses[0]).toBeCloseTo(losses[1] as number, 12);
  });

  it('carries the final state of each window into the next, also across stop and resume', async () => {
    const data = prepared(oneFeature, next, { train: windows }, { streams });
    const straight = await runTraining({ experiment: config({}), data });
    const carried = straight.states.at(-1)?.carried;
    expect([...(carried?.keys() ?? [])]).toEqual(['gru.0.forward', 'gru.1.forward']);
    expect(carried?.get('gru.0.forward')?.every((value) => value !== 0)).toBe(true);
    for (const stopAfter of [1, 4, 5, 8]) {
      const first = await runTraining({ experiment: config({}), data, stopAfter });
      const state = first.states.at(-1);
      if (state === undefined) throw new Error('no state');
      const second = await runTraining({ experiment: config({}), data, state });
      expect(second.end.parameters).toEqual(straight.end.parameters);
    }
    // Without the carried state the run is another one.
    const first = await runTraining({ experiment: config({}), data, stopAfter: 4 });
    const state = first.states.at(-1);
    if (state === undefined) throw new Error('no state');
    const emptied = new Map([...state.carried].map(([name, values]) => [name, values.map(() => 0)]));
    const forgotten = await runTraining({
      experiment: config({}),
      data,
      state: { ...state, carried: emptied },
    });
    expect(forgotten.end.parameters).not.toEqual(straight.end.parameters);
  });

  it('refuses windows that do not follow one another', async () => {
    const data = prepared(oneFeature, next, { train: windows });
    await expect(runTraining({ experiment: config({}), data })).rejects.toMatchObject({
      code: 'config/impossible',
      where: 'training.stateful',
    });
  });
});
