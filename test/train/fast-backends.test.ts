import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import type { Experiment } from '../../engine/contract/experiment.ts';
import { addingBaseline, addingExperiment, addingProblem } from '../../main/services/examples/adding.ts';
import { openBackends } from '../support/backends.ts';
import { experiment, oneValue, prepared, randomSamples, runTraining, twoFeatures } from './support.ts';

const present: readonly Backend[] = (await openBackends()).flatMap((candidate) =>
  candidate.outcome === 'present' ? [candidate.backend] : [],
);
const named = present.map((backend) => ({
  name: `${backend.info.name}: ${backend.info.description}`,
  backend,
}));

const data = prepared(twoFeatures, oneValue, {
  train: randomSamples(1, 22, 5, 2).map((sample, index) => ({ ...sample, timesteps: 1 + (index % 5) })),
  validation: randomSamples(2, 7, 5, 2),
});
const everything = experiment({
  model: {
    layers: [
      { units: 5, bidirectional: true, recurrentDropout: 0.2, outputDropout: 0.1 },
      { units: 6, zoneout: 0.1, layerNormalization: true, initialState: { kind: 'trainable' } },
    ],
    readout: 'attention',
    attentionSize: 4,
    head: [{ units: 4 }],
  },
  training: {
    epochs: 2,
    batchSize: 4,
    gradientAccumulation: 2,
    averaging: { decay: 0.9 },
    regularizers: { recurrent: { l1: 1e-3, l2: 1e-3 } },
    constraints: { dense: { kind: 'maxNorm', limit: 1 } },
  },
});

/** Adam divides by the size of a gradient, so that rounding decides where one is almost 0; SGD does not. */
const smooth: Experiment = {
  ...everything,
  training: {
    ...everything.training,
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    learningRate: 0.05,
  },
};

describe('training on the fast backends', () => {
  it.each(named)('$name: the same bits when stopped and resumed', async ({ backend }) => {
    const straight = await runTraining({ experiment: everything, data, backend });
    for (const stopAfter of [1, 3, 4]) {
      const first = await runTraining({ experiment: everything, data, backend, stopAfter });
      const state = first.states.at(-1);
      if (state === undefined) throw new Error('no state');
      const second = await runTraining({ experiment: everything, data, backend, state });
      expect(second.states.at(-1)).toEqual(straight.states.at(-1));
      expect(second.end.parameters).toEqual(straight.end.parameters);
    }
  });

  it.each(named)('$name: the same run as the reference, but for rounding', async ({ backend }) => {
    const exact = await runTraining({ experiment: smooth, data });
    const fast = await runTraining({ experiment: smooth, data, backend });
    expect([...fast.end.parameters.keys()]).toEqual([...exact.end.parameters.keys()]);
    for (const [name, values] of exact.end.parameters) {
      const errors = Array.from(fast.end.parameters.get(name) ?? [], (value, index) =>
        Math.abs(value - (values[index] as number)),
      );
      expect(errors).toHaveLength(values.length);
      // The functions of a graphics driver round as they like.
      expect(Math.max(...errors), name).toBeLessThan(backend.info.name === 'webgpu' ? 1e-3 : 5e-6);
    }
  });

  it.each(named)('$name: follows the reference over 50 steps of Adam', async ({ backend }) => {
    const long = experiment({
      model: { layers: [{ units: 16 }, { units: 12, bidirectional: true }], head: [{ units: 8 }] },
      training: {
        epochs: 5,
        batchSize: 8,
        learningRate: 0.003,
        clipping: { kind: 'globalNorm', threshold: 1 },
      },
    });
    const samples = prepared(twoFeatures, oneValue, { train: randomSamples(3, 80, 12, 2) });
    const losses = async (on?: Backend): Promise<number[]> => {
      const { events } = await runTraining({
        experiment: long,
        data: samples,
        ...(on === undefined ? {} : { backend: on }),
      });
      return events.flatMap((event) => (event.event === 'step' ? [event.loss ?? Number.NaN] : []));
    };
    const [exact, fast] = [await losses(), await losses(backend)];
    expect(exact).toHaveLength(50);
    fast.forEach((loss, step) => {
      expect(Math.abs(loss - (exact[step] ?? Number.NaN)) / (exact[step] ?? 1), `step ${step}`).toBeLessThan(
        1e-3,
      );
    });
  });

  it('gives the same bits on native with one thread and with several', async () => {
    const native = present.filter(({ info }) => info.name === 'native');
    const best = native.at(-1);
    const twins = native.filter(
      ({ info }) => info.description.split(',')[0] === best?.info.description.split(',')[0],
    );
    const runs = await Promise.all(
      twins.map((backend) => runTraining({ experiment: everything, data, backend })),
    );
    for (const run of runs) expect(run.end.parameters).toEqual(runs[0]?.end.parameters);
  });

  it('solves the adding problem', async () => {
    const portable = present.find(({ info }) => info.name === 'portable');
    if (portable === undefined) throw new Error('portable is always here');
    const adding = addingProblem({ timesteps: 20, train: 1280, validation: 256, test: 256, seed: 1 });
    const base = addingExperiment(24, 30);
    const { events } = await runTraining({
      experiment: { ...base, training: { ...base.training, learningRate: 0.01 } },
      data: adding,
      backend: portable,
    });
    const losses = events.flatMap((event) =>
      event.event === 'epoch' ? [event.metrics['validation.loss'] as number] : [],
    );
    expect(losses[0]).toBeGreaterThan(0.5 * addingBaseline);
    expect(losses.at(-1)).toBeLessThan(0.01);
  });
});
