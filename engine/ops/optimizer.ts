/**
 * Optimizer updates. Everything that depends on the step number alone is computed once per step in float64 by
 * `train/optimizers.ts` and handed over as scalars; kernels only apply the formula below to each element. Definitions
 * and defaults follow PyTorch 2.x unless said otherwise. g is the (regularized, clipped) gradient, p the parameter,
 * s0, s1, s2 the optimizer's slots (zero at the start), a = learning rate times the weight's multiplier.
 *
 * First, with decoupled weight decay d (any optimizer; AdamW's and Lion's own): p -= a d p.
 *
 * - sgd {momentum m, nesterov}: s0 = m s0 + g; p -= a (nesterov ? g + m s0 : s0). Without momentum no slot: p -= a g.
 *   At the first step PyTorch sets s0 = g, which is the same since s0 is 0 and dampening is 0.
 * - adam {beta1, beta2, epsilon, amsgrad}: s0 = b1 s0 + (1-b1) g; s1 = b2 s1 + (1-b2) g^2; amsgrad: s2 = max(s2, s1);
 *   p -= a c0 s0 / (sqrt(v) c1 + epsilon), v = amsgrad ? s2 : s1, c0 = 1/(1-b1^t), c1 = 1/sqrt(1-b2^t)
 * - adamax: s0 as adam; s1 = max(b2 s1, |g| + epsilon); p -= a c0 s0 / s1, c0 = 1/(1-b1^t)
 * - nadam {momentumDecay}: s0, s1 as adam; p -= a (c0 g + c1 s0) / (sqrt(s1) c2 + epsilon), with
 *   mu_t = b1 (1 - 0.5 * 0.96^(t psi)), c0 = (1-mu_t)/(1-prod mu_1..t), c1 = mu_(t+1)/(1-prod mu_1..t+1),
 *   c2 = 1/sqrt(1-b2^t)
 * - radam: s0, s1 as adam; c0 = 1/(1-b1^t); rectified (c1 > 0): p -= a c0 s0 c1 / (sqrt(s1) + epsilon) with
 *   c1 = sqrt(1-b2^t) * rectification; otherwise p -= a c0 s0
 * - rmsprop {alpha, epsilon, momentum, centered}: s0 = alpha s0 + (1-alpha) g^2; centered: s1 = alpha s1 + (1-alpha) g,
 *   v = max(0, s0 - s1^2) (rounding may take the difference below 0), else v = s0; u = g / (sqrt(v) + epsilon);
 *   momentum: s2 = m s2 + u, u = s2; p -= a u
 * - adagrad {epsilon, initialAccumulator}: s0 += g^2; p -= a g / (sqrt(s0) + epsilon)
 *   (s0 starts at initialAccumulator, written when the optimizer is initialized)
 * - adadelta {rho, epsilon}: s0 = rho s0 + (1-rho) g^2; u = g sqrt(s1 + epsilon) / sqrt(s0 + epsilon);
 *   s1 = rho s1 + (1-rho) u^2; p -= a u
 * - lion (Chen et al. 2023): p -= a sign(b1 s0 + (1-b1) g); s0 = b2 s0 + (1-b2) g
 */
export type Optimizer =
  | { readonly kind: 'sgd'; readonly momentum: number; readonly nesterov: boolean }
  | {
      readonly kind: 'adam';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly amsgrad: boolean;
    }
  | { readonly kind: 'adamax'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | {
      readonly kind: 'nadam';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly momentumDecay: number;
    }
  | { readonly kind: 'radam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | {
      readonly kind: 'rmsprop';
      readonly alpha: number;
      readonly epsilon: number;
      readonly momentum: number;
      readonly centered: boolean;
    }
  | { readonly kind: 'adagrad'; readonly epsilon: number; readonly initialAccumulator: number }
  | { readonly kind: 'adadelta'; readonly rho: number; readonly epsilon: number }
  | { readonly kind: 'lion'; readonly beta1: number; readonly beta2: number };

export type OptimizerKind = Optimizer['kind'];

/** Names of the slots s0, s1, ... an optimizer keeps, each as large as the parameter. Slots are numbered without gaps:
 * rmsprop with momentum but not centered keeps its momentum in s1. */
export function optimizerSlotNames(optimizer: Optimizer): readonly string[] {
  switch (optimizer.kind) {
    case 'sgd':
      return optimizer.momentum === 0 ? [] : ['momentum'];
    case 'adam':
      return optimizer.amsgrad ? ['mean', 'square', 'largestSquare'] : ['mean', 'square'];
    case 'adamax':
      return ['mean', 'largest'];
    case 'nadam':
    case 'radam':
      return ['mean', 'square'];
    case 'rmsprop':
      return [
        'square',
        ...(optimizer.centered ? ['mean'] : []),
        ...(optimizer.momentum === 0 ? [] : ['momentum']),
      ];
    case 'adagrad':
      return ['sum'];
    case 'adadelta':
      return ['square', 'squareUpdate'];
    case 'lion':
      return ['mean'];
  }
}
