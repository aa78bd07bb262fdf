import { describe, expect, it } from 'vitest';
import { type Schedule, scheduleSchema } from '../../engine/contract/training.ts';
import { learningRate, scheduleFactor } from '../../engine/train/schedules.ts';

const schedule = (parts: unknown): Schedule => scheduleSchema.parse(parts);

describe('learning rate', () => {
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
});
