import { describe, expect, it } from 'vitest';
import type { MemorySample } from '../../main/services/examples/memory-samples.ts';
import { experiment, oneFeature, oneValue, prepared, runTraining } from './support.ts';

/** Sequences of different lengths whose values reach well into both ends of a sigmoid. */
const inputs = [6, 3, 5].map((timesteps, index) =>
  Array.from({ length: timesteps }, (_, t) => 4 * Math.sin(2 * t + index)),
);
const samples: MemorySample[] = inputs.map((features) => ({
  timesteps: features.length,
  features,
  targets: [0],
}));

const settings = (gateActivation: string) =>
  experiment({
    task: 'forecast',
    model: {
      layers: [{ units: 2, gateActivation }],
      initializers: { kernel: { kind: 'constant', value: 1 }, recurrent: { kind: 'zeros' } },
    },
    training: { epochs: 1, batchSize: 4, learningRate: 0 },
  });

async function epochMetrics(gateActivation: string, readsGates: boolean) {
  const data = prepared(oneFeature, oneValue, { train: samples });
  const { events } = await runTraining({ experiment: settings(gateActivation), data, readsGates });
  const epoch = events.find((event) => event.event === 'epoch');
  if (epoch?.event !== 'epoch') throw new Error('no epoch ended');
  return epoch.metrics;
}

describe('gate saturation', () => {
  it('is the share of sigmoids beyond 0.1 and 0.9, without padding', async () => {
    // Kernel 1, no recurrence and no bias: both gates are sigmoid(x).
    const gates = inputs.flat().map((x) => 1 / (1 + Math.exp(-x)));
    const share = gates.filter((gate) => gate < 0.1 || gate > 0.9).length / gates.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
    const metrics = await epochMetrics('sigmoid', true);
    expect(metrics['gates.update.saturation']).toBeCloseTo(share, 12);
    expect(metrics['gates.reset.saturation']).toBeCloseTo(share, 12);
  });

  it('is not told of gates that have no ends, or that the backend keeps to itself', async () => {
    expect(Object.keys(await epochMetrics('tanh', true))).toEqual(['train.loss']);
    expect(Object.keys(await epochMetrics('sigmoid', false))).toEqual(['train.loss']);
  });
});
