import type { Schedule } from '../contract/training.ts';

/** Where a run stands, for its learning rate. */
export interface SchedulePosition {
  /** Updates made so far: 0 for the first one. */
  readonly step: number;
  /** Epochs finished so far. */
  readonly epoch: number;
  /** Updates of the whole run, for a one-cycle schedule without a length of its own. */
  readonly totalSteps: number;
}

/**
 * The factor by which a schedule multiplies the base learning rate, p being the step or epoch it counts.
 *
 * - constant: 1
 * - step: gamma^floor(p / size) (PyTorch StepLR)
 * - multiStep: gamma^(milestones reached) (PyTorch MultiStepLR)
 * - exponential: gamma^p (PyTorch ExponentialLR)
 * - inverseTime: 1 / (1 + decayRate p / decaySteps), the quotient rounded down if `staircase` (Keras InverseTimeDecay)
 * - polynomial: (1 - end) (1 - p / decaySteps)^power + end, then `end` (Keras PolynomialDecay; PyTorch PolynomialLR
 *   where end is 0)
 * - cosine: min + (1 - min) (1 + cos(pi p / decaySteps)) / 2, then `min` (Keras CosineDecay; PyTorch
 *   CosineAnnealingLR up to decaySteps)
 * - cosineRestarts: the same, begun anew with periods that grow by `periodFactor` (PyTorch CosineAnnealingWarmRestarts)
 * - oneCycle: from 1/startDivisor up to 1 over warmFraction of the steps, down to 1/(startDivisor endDivisor), the base
 *   rate being the largest (PyTorch OneCycleLR with two phases); the end is held after the last step
 * - cyclic: between minimumFactor and 1 (PyTorch CyclicLR, base_lr = minimumFactor * max_lr)
 */
export function scheduleFactor(schedule: Schedule, position: SchedulePosition): number {
  const p = 'per' in schedule && schedule.per === 'epoch' ? position.epoch : position.step;
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.gamma ** Math.floor(p / schedule.size);
    case 'multiStep':
      return schedule.gamma ** schedule.milestones.filter((milestone) => milestone <= p).length;
    case 'exponential':
      return schedule.gamma ** p;
    case 'inverseTime': {
      const ratio = p / schedule.decaySteps;
      return 1 / (1 + schedule.decayRate * (schedule.staircase ? Math.floor(ratio) : ratio));
    }
    case 'polynomial': {
      const left = 1 - Math.min(1, p / schedule.decaySteps);
      return (1 - schedule.endFactor) * left ** schedule.power + schedule.endFactor;
    }
    case 'cosine':
      return cosine(1, schedule.minimumFactor, Math.min(1, p / schedule.decaySteps));
    case 'cosineRestarts':
      return cosine(
        1,
        schedule.minimumFactor,
        positionInPeriod(p, schedule.firstPeriod, schedule.periodFactor),
      );
    case 'oneCycle':
      return oneCycle(schedule, position.step, schedule.totalSteps ?? position.totalSteps);
    case 'cyclic':
      return cyclic(schedule, position.step);
  }
}

/**
 * The learning rate of the next update: base rate, schedule, warm-up and plateau multiplied. Warm-up rises linearly
 * from 0 and is complete after `warmup` updates: the first of them uses 1/warmup of the rate, the last all of it.
 */
export function learningRate(
  training: { readonly learningRate: number; readonly schedule: Schedule; readonly warmup: number },
  position: SchedulePosition,
  plateauFactor: number,
): number {
  const warm = training.warmup === 0 ? 1 : Math.min(1, (position.step + 1) / training.warmup);
  return training.learningRate * scheduleFactor(training.schedule, position) * warm * plateauFactor;
}

/** From `start` to `end` as the fraction goes from 0 to 1, along half a cosine wave. */
function cosine(start: number, end: number, fraction: number): number {
  return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * fraction));
}

/** The fraction of the current period that has passed, periods growing geometrically. */
function positionInPeriod(p: number, first: number, growth: number): number {
  let start = 0;
  let period = first;
  if (growth === 1) return (p % first) / first;
  while (p >= start + period) {
    start += period;
    period *= growth;
  }
  return (p - start) / period;
}

type ScheduleOf<Kind extends Schedule['kind']> = Extract<Schedule, { kind: Kind }>;

function oneCycle(schedule: ScheduleOf<'oneCycle'>, step: number, totalSteps: number): number {
  const start = 1 / schedule.startDivisor;
  const end = start / schedule.endDivisor;
  const anneal = schedule.shape === 'cosine' ? cosine : linear;
  const top = schedule.warmFraction * totalSteps - 1;
  const last = totalSteps - 1;
  if (step <= top) return anneal(start, 1, top > 0 ? step / top : 1);
  return anneal(1, end, last <= top ? 1 : Math.min(1, (step - top) / (last - top)));
}

function linear(start: number, end: number, fraction: number): number {
  return start + (end - start) * fraction;
}

function cyclic(schedule: ScheduleOf<'cyclic'>, step: number): number {
  const up = schedule.stepsUp;
  const total = up + (schedule.stepsDown ?? up);
  const cycle = Math.floor(1 + step / total);
  const x = 1 + step / total - cycle;
  const upFraction = up / total;
  const height = x <= upFraction ? x / upFraction : (x - 1) / (upFraction - 1);
  const damping = {
    triangular: () => 1,
    triangular2: () => 1 / 2 ** (cycle - 1),
    exponential: () => schedule.gamma ** step,
  };
  return schedule.minimumFactor + (1 - schedule.minimumFactor) * height * damping[schedule.mode]();
}
