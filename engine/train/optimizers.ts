import type { Optimizer } from '../ops/optimizer.ts';
import { scalarIndex } from '../plan/plan.ts';

/** What an update needs beside the gradient: the learning rate and the coefficients that `Optimizer` names. */
export interface OptimizerScalars {
  readonly learningRate: number;
  readonly c0: number;
  readonly c1: number;
  readonly c2: number;
  readonly c3: number;
}

/**
 * The scalars of one update, in float64; they depend on the number of the update alone.
 * @param step number of this update, from 1.
 */
export function optimizerScalars(optimizer: Optimizer, step: number, learningRate: number): OptimizerScalars {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = coefficients(optimizer, step);
  return { learningRate, c0, c1, c2, c3 };
}

/** Puts the scalars where ops read them. */
export function setOptimizerScalars(target: Float32Array | Float64Array, scalars: OptimizerScalars): void {
  target[scalarIndex.learningRate] = scalars.learningRate;
  target[scalarIndex.c0] = scalars.c0;
  target[scalarIndex.c1] = scalars.c1;
  target[scalarIndex.c2] = scalars.c2;
  target[scalarIndex.c3] = scalars.c3;
}

function coefficients(optimizer: Optimizer, t: number): readonly number[] {
  switch (optimizer.kind) {
    case 'adam':
      return [1 / (1 - optimizer.beta1 ** t), 1 / Math.sqrt(1 - optimizer.beta2 ** t)];
    case 'adamax':
      return [1 / (1 - optimizer.beta1 ** t)];
    case 'nadam':
      return nadam(optimizer.beta1, optimizer.beta2, optimizer.momentumDecay, t);
    case 'radam':
      return [
        1 / (1 - optimizer.beta1 ** t),
        Math.sqrt(1 - optimizer.beta2 ** t) * rectification(optimizer.beta2, t),
      ];
    case 'sgd':
    case 'rmsprop':
    case 'adagrad':
    case 'adadelta':
    case 'lion':
      return [];
  }
}

/** PyTorch NAdam (Dozat 2016): the momentum itself warms up, mu_t = b1 (1 - 0.5 * 0.96^(t psi)). */
function nadam(beta1: number, beta2: number, momentumDecay: number, t: number): readonly number[] {
  const mu = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
  let product = 1;
  // Once the product no longer changes 1 - product, further factors do not matter.
  for (let step = 1; step <= t && product > 1e-17; step++) product *= mu(step);
  const next = mu(t + 1);
  return [(1 - mu(t)) / (1 - product), next / (1 - product * next), 1 / Math.sqrt(1 - beta2 ** t)];
}

/** Variance rectification of RAdam (Liu et al. 2020); 0 while the variance cannot be trusted (rho_t <= 5). */
function rectification(beta2: number, t: number): number {
  const limit = 2 / (1 - beta2) - 1;
  const decay = beta2 ** t;
  const rho = limit - (2 * t * decay) / (1 - decay);
  if (rho <= 5) return 0;
  return Math.sqrt(((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho));
}
