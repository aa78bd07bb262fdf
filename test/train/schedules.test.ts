import { describe, expect, it } from 'vitest';
import { plateauSchema, type Schedule, scheduleSchema } from '../../engine/contract/training.ts';
import { initialPlateau, plateauAfter } from '../../engine/train/plateau.ts';
import { learningRate, scheduleFactor } from '../../engine/train/schedules.ts';

const schedule = (parts: unknown): Schedule => scheduleSchema.parse(parts);

/** Rates printed by torch.optim.lr_scheduler (PyTorch 2.13) and, in float32, keras.optimizers.schedules (Keras 3.15). */
const expected: [unknown, number[]][] = [
  [{ kind: 'constant' }, [1, 1, 1]],
  [{ kind: 'step', per: 'step', size: 2, gamma: 0.5 }, [1, 1, 0.5, 0.5, 0.25]],
  [{ kind: 'multiStep', per: 'step', milestones: [1, 4], gamma: 0.1 }, [1, 0.1, 0.1, 0.1, 0.01]],
  [{ kind: 'exponential', per: 'step', gamma: 0.9 }, [1, 0.9, 0.81, 0.729]],
  [
    { kind: 'inverseTime', per: 'step', decaySteps: 4, decayRate: 0.5 },
    [1, 0.88888889, 0.8, 0.72727275, 0.66666669, 0.61538464],
  ],
  [
    { kind: 'inverseTime', per: 'step', decaySteps: 4, decayRate: 0.5, staircase: true },
    [1, 1, 1, 1, 0.66666669, 0.66666669],
  ],
  [
    { kind: 'polynomial', per: 'step', decaySteps: 5, endFactor: 0.2, power: 2 },
    [1, 0.71200001, 0.48800004, 0.32800001, 0.23199999, 0.2, 0.2],
  ],
  [
    { kind: 'cosine', per: 'step', decaySteps: 5, minimumFactor: 0.1 },
    [1, 0.91405761, 0.68905765, 0.41094226, 0.18594232, 0.1, 0.1],
  ],
  [
    { kind: 'cosineRestarts', per: 'step', firstPeriod: 3, periodFactor: 2, minimumFactor: 0.1 },
    [1, 0.775, 0.325, 1, 0.9397114317029974, 0.775, 0.55, 0.325, 0.16028856829700258, 1, 0.9846666218300807],
  ],
  [
    { kind: 'oneCycle', totalSteps: 10 },
    [
      0.04, 0.52, 1, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893, 0.38874197806371075,
      0.18825834605023697, 0.049519367986526286, 4e-6,
    ],
  ],
  [
    {
      kind: 'oneCycle',
      totalSteps: 7,
      warmFraction: 0.4,
      startDivisor: 10,
      endDivisor: 100,
      shape: 'linear',
    },
    [0.1, 0.6, 0.9524285714285715, 0.7145714285714286, 0.47671428571428565, 0.23885714285714277, 0.001],
  ],
  [
    { kind: 'cyclic', minimumFactor: 0.2, stepsUp: 2, stepsDown: 3, mode: 'triangular2' },
    [
      0.2, 0.6, 1, 0.7333333333333332, 0.4666666666666666, 0.2, 0.4, 0.6, 0.4666666666666666,
      0.3333333333333335, 0.2, 0.3,
    ],
  ],
  [
    { kind: 'cyclic', minimumFactor: 0.2, stepsUp: 2, mode: 'exponential', gamma: 0.9 },
    [0.2, 0.56, 0.848, 0.4916, 0.2, 0.436196, 0.6251528, 0.39131876, 0.2],
  ],
];

describe('learning rate', () => {
  it.each(expected)('%o', (parts, rates) => {
    const config = schedule(parts);
    rates.forEach((rate, step) => {
      expect(scheduleFactor(config, { step, epoch: 99, totalSteps: 10 })).toBeCloseTo(rate, 6);
    });
  });

  it('counts epochs where asked to, and the whole run for one cycle', () => {
    const step = schedule({ kind: 'step', size: 2, gamma: 0.5 });
    expect(scheduleFactor(step, { step: 999, epoch: 2, totalSteps: 1 })).toBe(0.5);
    const cycle = schedule({ kind: 'oneCycle' });
    expect(scheduleFactor(cycle, { step: 9, epoch: 0, totalSteps: 10 })).toBeCloseTo(4e-6, 12);
    expect(scheduleFactor(cycle, { step: 500, epoch: 0, totalSteps: 10 })).toBeCloseTo(4e-6, 12);
  });

  it('multiplies base rate, schedule, warm-up and plateau', () => {
    const training = {
      learningRate: 2,
      warmup: 4,
      schedule: schedule({ kind: 'exponential', per: 'step', gamma: 0.5 }),
    };
    const rate = (step: number) => learningRate(training, { step, epoch: 0, totalSteps: 9 }, 0.1);
    expect([0, 1, 3, 4].map(rate)).toEqual([0.05, 0.05, 0.025, 0.0125]);
  });

  it('reduces on a plateau as PyTorch does', () => {
    const config = plateauSchema.parse({
      factor: 0.5,
      patience: 1,
      threshold: 0.1,
      cooldown: 2,
      minimumFactor: 0.1,
    });
    const losses = [
      1, 0.95, 0.92, 0.5, 0.5, 0.5, 0.49, 0.48, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
    ];
    let state = initialPlateau;
    const factors = losses.map((loss) => {
      state = plateauAfter(state, config, loss, 1);
      return state.factor;
    });
    expect(factors).toEqual([
      1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.1, 0.1, 0.1, 0.1, 0.1,
    ]);
  });
});
