import { describe, expect, it } from 'vitest';
import type { Schedule, TrainingConfig } from '../../engine/contract/training.ts';
import { initialPlateau, plateauAfter } from '../../engine/train/plateau.ts';
import { learningRate } from '../../engine/train/schedules.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenSchedules {
  readonly base: number;
  readonly precision: number;
  readonly cases: { readonly schedule: Schedule; readonly warmup: number; readonly rates: number[] }[];
}

interface GoldenPlateaus {
  readonly base: number;
  readonly plateaus: {
    readonly plateau: NonNullable<TrainingConfig['plateau']>;
    readonly metric: number[];
    readonly ratesAfter: number[];
  }[];
}

/** The kinds that count updates or epochs, as `per` says; one-cycle and cyclic always count updates. */
const counts = ['step', 'multiStep', 'exponential', 'inverseTime', 'polynomial', 'cosine', 'cosineRestarts'];

const files = ['schedules', 'keras_schedules'].map(
  (file) => [file, readGolden<GoldenSchedules>(file)] as const,
);

describe.each(files)('%s', (_, { base, precision, cases }) => {
  it.each(cases)('$schedule with $warmup updates of warm-up', ({ schedule, warmup, rates }) => {
    const actual = rates.map((_rate, step) =>
      learningRate({ learningRate: base, schedule, warmup }, { step, epoch: 0, totalSteps: rates.length }, 1),
    );
    expect(relativeError(actual, rates)).toBeLessThanOrEqual(precision);
  });

  const countable = cases.filter(({ schedule, warmup }) => counts.includes(schedule.kind) && warmup === 0);
  it.each(countable)('$schedule counting epochs instead of updates', ({ schedule, rates }) => {
    const training = { learningRate: base, schedule: { ...schedule, per: 'epoch' } as Schedule, warmup: 0 };
    const actual = rates.map((_rate, epoch) =>
      learningRate(training, { step: 7 * epoch, epoch, totalSteps: 1 }, 1),
    );
    expect(relativeError(actual, rates)).toBeLessThanOrEqual(precision);
  });
});

const { base, plateaus } = readGolden<GoldenPlateaus>('schedules');

describe('reduce on plateau as torch.optim.lr_scheduler.ReduceLROnPlateau', () => {
  it.each(plateaus)('$plateau', ({ plateau, metric, ratesAfter }) => {
    let state = initialPlateau;
    const actual = metric.map((value) => {
      state = plateauAfter(state, plateau, value, base);
      return base * state.factor;
    });
    expect(relativeError(actual, ratesAfter)).toBeLessThanOrEqual(doublePrecision);
    expect(new Set(ratesAfter).size).toBeGreaterThan(1);
  });
});
