import type { OptimizerUpdate } from '../../ops/op.ts';
import type { Optimizer } from '../../ops/optimizer.ts';
import { scalarIndex } from '../../plan/plan.ts';
import type { Run } from './run.ts';

/** The formulas of ops/optimizer.ts, one element at a time. */
export function optimizerUpdate(run: Run, op: OptimizerUpdate): void {
  const parameter = run.floats(op.parameter);
  const gradient = run.floats(op.gradient);
  const slots = op.slots.map((slot) => run.floats(slot));
  const rate = (run.scalars[scalarIndex.learningRate] as number) * op.multiplier;
  const coefficients = [scalarIndex.c0, scalarIndex.c1, scalarIndex.c2].map(
    (index) => run.scalars[index] as number,
  );
  for (let index = 0; index < parameter.length; index++) {
    const state = slots.map((slot) => slot[index] as number);
    const decayed = (parameter[index] as number) * (1 - rate * op.decay);
    parameter[index] = decayed - rate * step(op.optimizer, gradient[index] as number, state, coefficients);
    slots.forEach((slot, number) => {
      slot[index] = state[number] as number;
    });
  }
}

/**
 * The direction an element moves in, per unit of learning rate.
 * @param s the optimizer's slots s0, s1, s2 of this element; updated.
 * @param c the coefficients c0, c1, c2 of this step.
 */
function step(optimizer: Optimizer, g: number, s: number[], c: readonly number[]): number {
  const slot = (index: number): number => s[index] as number;
  const coefficient = (index: number): number => c[index] as number;
  switch (optimizer.kind) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) return g;
      s[0] = momentum * slot(0) + g;
      return nesterov ? g + momentum * slot(0) : slot(0);
    }
    case 'adam': {
      updateMoments(optimizer, g, s);
      if (optimizer.amsgrad) s[2] = Math.max(slot(2), slot(1));
      const square = optimizer.amsgrad ? slot(2) : slot(1);
      return (coefficient(0) * slot(0)) / (Math.sqrt(square) * coefficient(1) + optimizer.epsilon);
    }
    case 'adamax': {
      s[0] = optimizer.beta1 * slot(0) + (1 - optimizer.beta1) * g;
      s[1] = Math.max(optimizer.beta2 * slot(1), Math.abs(g) + optimizer.epsilon);
      return (coefficient(0) * slot(0)) / slot(1);
    }
    case 'nadam': {
      updateMoments(optimizer, g, s);
      const denominator = Math.sqrt(slot(1)) * coefficient(2) + optimizer.epsilon;
      return (coefficient(0) * g + coefficient(1) * slot(0)) / denominator;
    }
    case 'radam': {
      updateMoments(optimizer, g, s);
      const mean = coefficient(0) * slot(0);
      return coefficient(1) > 0 ? (mean * coefficient(1)) / (Math.sqrt(slot(1)) + optimizer.epsilon) : mean;
    }
    case 'rmsprop':
      return rmsprop(optimizer, g, s);
    case 'adagrad': {
      s[0] = slot(0) + g ** 2;
      return g / (Math.sqrt(slot(0)) + optimizer.epsilon);
    }
    case 'adadelta': {
      const { rho, epsilon } = optimizer;
      s[0] = rho * slot(0) + (1 - rho) * g ** 2;
      const update = (g * Math.sqrt(slot(1) + epsilon)) / Math.sqrt(slot(0) + epsilon);
      s[1] = rho * slot(1) + (1 - rho) * update ** 2;
      return update;
    }
    case 'lion': {
      const direction = Math.sign(optimizer.beta1 * slot(0) + (1 - optimizer.beta1) * g);
      s[0] = optimizer.beta2 * slot(0) + (1 - optimizer.beta2) * g;
      return direction;
    }
  }
}

/** Adam's running mean s0 and mean square s1. */
function updateMoments(optimizer: { beta1: number; beta2: number }, g: number, s: number[]): void {
  s[0] = optimizer.beta1 * (s[0] as number) + (1 - optimizer.beta1) * g;
  s[1] = optimizer.beta2 * (s[1] as number) + (1 - optimizer.beta2) * g ** 2;
}

function rmsprop(optimizer: Extract<Optimizer, { kind: 'rmsprop' }>, g: number, s: number[]): number {
  const { alpha, epsilon, momentum, centered } = optimizer;
  s[0] = alpha * (s[0] as number) + (1 - alpha) * g ** 2;
  let variance = s[0];
  if (centered) {
    s[1] = alpha * (s[1] as number) + (1 - alpha) * g;
    variance = Math.max(0, s[0] - s[1] ** 2);
  }
  const update = g / (Math.sqrt(variance) + epsilon);
  if (momentum === 0) return update;
  const last = s.length - 1; // slots are numbered without gaps
  s[last] = momentum * (s[last] as number) + update;
  return s[last];
}
