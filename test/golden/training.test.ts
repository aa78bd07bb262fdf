import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { initialTrainingState } from '../../engine/train/initial-state.ts';
import { openBackends, reference } from '../support/backends.ts';
import { experiment, oneValue, plan, prepared, runTraining } from '../train/support.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenTraining {
  readonly inputs: number;
  readonly units: number;
  readonly timesteps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly threshold: number;
  /** In the order in which batches take them. */
  readonly windows: { readonly features: number[]; readonly target: number[] }[];
  readonly initial: Record<string, number[]>;
  readonly losses: number[];
  readonly gradientNorms: number[];
  readonly final: Record<string, number[]>;
}

/**
 * The whole of training against torch.nn.GRU, torch.nn.Linear, clip_grad_norm_ and torch.optim.Adam: batches, plan,
 * forward, loss, backward, clipping, update, 50 times.
 */
const golden = readGolden<GoldenTraining>('training');

async function trainOn(backend: Backend) {
  const { windows, timesteps, losses } = golden;
  const features = Array.from({ length: golden.inputs }, (_, index) => `feature ${index}`);
  const data = prepared({ features, tokens: [], stateValues: 0 }, oneValue, {
    train: windows.map((window) => ({ timesteps, features: window.features, targets: window.target })),
  });
  const configuration = experiment({
    model: { layers: [{ units: golden.units }], readout: 'last' },
    training: {
      batchSize: golden.batch,
      shuffle: false,
      epochs: 1000,
      steps: losses.length,
      learningRate: golden.learningRate,
      optimizer: { kind: 'adam' },
      clipping: { kind: 'globalNorm', threshold: golden.threshold },
      earlyStopping: null,
    },
  });
  const setup = { experiment: configuration, data, backend };
  const start = initialTrainingState(configuration, plan(setup), backend.info.precision);
  expect([...start.parameters.keys()].sort()).toEqual(Object.keys(golden.initial).sort());
  for (const [name, values] of start.parameters) values.set(golden.initial[name] ?? []);
  return runTraining({ ...setup, state: start });
}

describe('50 Adam steps with global-norm clipping as PyTorch', () => {
  it('reference: losses, gradient norms and final weights within 1e-9', async () => {
    const { events, end } = await trainOn(reference);
    const steps = events.filter((event) => event.event === 'step');
    const losses = steps.map(({ loss }) => loss ?? Number.NaN);
    const norms = steps.map(({ gradientNorm }) => gradientNorm ?? Number.NaN);
    expect(relativeError(losses, golden.losses)).toBeLessThanOrEqual(doublePrecision);
    expect(relativeError(norms, golden.gradientNorms)).toBeLessThanOrEqual(doublePrecision);
    for (const [name, values] of Object.entries(golden.final)) {
      expect(relativeError(end.parameters.get(name) ?? [], values), name).toBeLessThanOrEqual(
        doublePrecision,
      );
    }
  });

  it('moves every weight, so that equal weights mean something', () => {
    for (const [name, values] of Object.entries(golden.final)) {
      expect(relativeError(golden.initial[name] ?? [], values), name).toBeGreaterThan(0.05);
    }
  });
});

const present = (await openBackends()).filter((candidate) => candidate.outcome === 'present');

describe.each(present)('$backend.info.name, $backend.info.description', ({ backend }) => {
  it('ends within 1e-4 of PyTorch in every weight', async () => {
    const { end } = await trainOn(backend);
    for (const [name, values] of Object.entries(golden.final)) {
      const weights = end.parameters.get(name) ?? new Float32Array();
      const errors = values.map((value, index) => Math.abs((weights[index] as number) - value));
      expect(weights.length).toBe(values.length);
      expect(Math.max(...errors), name).toBeLessThanOrEqual(1e-4);
    }
  });
});
