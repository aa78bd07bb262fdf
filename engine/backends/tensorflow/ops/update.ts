import type { ClipGradients, Constrain, OptimizerUpdate, Regularize } from '../../../ops/op.ts';
import type { Optimizer } from '../../../ops/optimizer.ts';
import { resultIndex, scalarIndex } from '../../../plan/plan.ts';
import type { Operations } from '../operations.ts';
import type { Run } from '../run.ts';
import type { Tensor } from '../tensor.ts';

export function regularize(run: Run, op: Regularize): void {
  const { memory, operations: f } = run;
  const shape = [memory.size(op.parameter)];
  const parameter = memory.fixed(op.parameter, shape);
  const penalty = f.add(
    f.times(f.total(f.absolute(parameter)), op.l1),
    f.times(f.total(f.square(parameter)), op.l2),
  );
  run.result(resultIndex.penalty, penalty, !op.first);
  const slope = f.add(f.times(f.sign(parameter), op.l1), f.times(parameter, 2 * op.l2));
  memory.storeFixed(op.gradient, slope, true);
}

export function clipGradients(run: Run, op: ClipGradients): void {
  const { memory, operations: f } = run;
  const gradients = op.gradients.map((slot) => memory.fixed(slot, [memory.size(slot)]));
  const squares = gradients.map((gradient) => f.total(f.square(gradient)));
  const norm = f.squareRoot(squares.reduce(f.add, f.scalar(0)));
  run.result(resultIndex.gradientNorm, norm, false);
  run.result(resultIndex.clippedFraction, clip(run, op, gradients, squares, norm), false);
}

/** Clips; returns the fraction that was clipped. */
function clip(
  run: Run,
  op: ClipGradients,
  gradients: readonly Tensor[],
  squares: readonly Tensor[],
  norm: Tensor,
): Tensor {
  const { memory, operations: f } = run;
  const write = (index: number, value: Tensor): void => memory.setFixed(op.gradients[index] as number, value);
  const factorOf = (length: Tensor): Tensor =>
    f.minimum(f.scalar(1), f.divide(f.scalar(op.threshold), f.plus(length, 1e-6)));
  const clipped = (factor: Tensor): Tensor => f.numbers(f.less(factor, f.scalar(1)));
  switch (op.mode) {
    case 'none':
      return f.scalar(0);
    case 'value': {
      let total = 0;
      let limited = f.scalar(0);
      gradients.forEach((gradient, index) => {
        total += gradient.shape[0] as number;
        const over = f.numbers(f.greater(f.absolute(gradient), f.scalar(op.threshold)));
        limited = f.add(limited, f.total(over));
        write(index, f.clamp(gradient, -op.threshold, op.threshold));
      });
      return f.times(limited, 1 / total);
    }
    case 'tensorNorm': {
      let scaled = f.scalar(0);
      gradients.forEach((gradient, index) => {
        const factor = factorOf(f.squareRoot(squares[index] as Tensor));
        scaled = f.add(scaled, clipped(factor));
        write(index, f.multiply(gradient, factor));
      });
      return f.times(scaled, 1 / gradients.length);
    }
    case 'globalNorm': {
      const factor = factorOf(norm);
      gradients.forEach((gradient, index) => {
        write(index, f.multiply(gradient, factor));
      });
      return clipped(factor);
    }
  }
}

export function constrain(run: Run, op: Constrain): void {
  const { memory, operations: f } = run;
  const parameter = memory.fixed(op.parameter, [op.rows, op.columns]);
  const norms = (): Tensor => f.squareRoot(f.sum(f.square(parameter), [0], true));
  const constrained = (): Tensor => {
    switch (op.constraint) {
      case 'maxNorm': {
        const norm = norms();
        return f.multiply(parameter, f.divide(f.clamp(norm, 0, op.limit), f.plus(norm, 1e-7)));
      }
      case 'unitNorm':
        return f.divide(parameter, f.plus(norms(), 1e-7));
      case 'nonNegative':
        return f.maximum(parameter, f.scalar(0));
    }
  };
  memory.setFixed(op.parameter, constrained());
}

/** The formulas of ops/optimizer.ts on whole tensors. */
export function optimizerUpdate(run: Run, op: OptimizerUpdate): void {
  const { memory, operations: f, scalars } = run;
  const shape = [memory.size(op.parameter)];
  const slots = op.slots.map((slot) => memory.fixed(slot, shape));
  const rate = (scalars[scalarIndex.learningRate] as number) * op.multiplier;
  const coefficients = [scalarIndex.c0, scalarIndex.c1, scalarIndex.c2].map(
    (index) => scalars[index] as number,
  );
  const direction = step(f, op.optimizer, memory.fixed(op.gradient, shape), slots, coefficients);
  const parameter = memory.fixed(op.parameter, shape);
  const decayed = op.decay === 0 ? parameter : f.times(parameter, 1 - rate * op.decay);
  memory.setFixed(op.parameter, f.subtract(decayed, f.times(direction, rate)));
  op.slots.forEach((slot, index) => {
    memory.setFixed(slot, slots[index] as Tensor);
  });
}

/**
 * The direction of the step, per unit of learning rate.
 * @param s the optimizer's slots; replaced by their new values.
 */
function step(f: Operations, optimizer: Optimizer, g: Tensor, s: Tensor[], c: readonly number[]): Tensor {
  const slot = (index: number): Tensor => s[index] as Tensor;
  const coefficient = (index: number): number => c[index] as number;
  const blend = (index: number, weight: number, value: Tensor): Tensor =>
    f.add(f.times(slot(index), weight), f.times(value, 1 - weight));
  const moments = ({ beta1, beta2 }: { beta1: number; beta2: number }): void => {
    s[0] = blend(0, beta1, g);
    s[1] = blend(1, beta2, f.square(g));
  };
  const rootPlus = (value: Tensor, factor: number, epsilon: number): Tensor =>
    f.plus(f.times(f.squareRoot(value), factor), epsilon);
  switch (optimizer.kind) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) return g;
      s[0] = f.add(f.times(slot(0), momentum), g);
      return nesterov ? f.add(g, f.times(slot(0), momentum)) : slot(0);
    }
    case 'adam': {
      moments(optimizer);
      if (optimizer.amsgrad) s[2] = f.maximum(slot(2), slot(1));
      const root = rootPlus(slot(optimizer.amsgrad ? 2 : 1), coefficient(1), optimizer.epsilon);
      return f.divide(f.times(slot(0), coefficient(0)), root);
    }
    case 'adamax':
      s[0] = blend(0, optimizer.beta1, g);
      s[1] = f.maximum(f.times(slot(1), optimizer.beta2), f.plus(f.absolute(g), optimizer.epsilon));
      return f.divide(f.times(slot(0), coefficient(0)), slot(1));
    case 'nadam': {
      moments(optimizer);
      const numerator = f.add(f.times(g, coefficient(0)), f.times(slot(0), coefficient(1)));
      return f.divide(numerator, rootPlus(slot(1), coefficient(2), optimizer.epsilon));
    }
    case 'radam': {
      moments(optimizer);
      const mean = f.times(slot(0), coefficient(0));
      if (coefficient(1) <= 0) return mean;
      return f.divide(f.times(mean, coefficient(1)), rootPlus(slot(1), 1, optimizer.epsilon));
    }
    case 'rmsprop': {
      s[0] = blend(0, optimizer.alpha, f.square(g));
      let variance = slot(0);
      if (optimizer.centered) {
        s[1] = blend(1, optimizer.alpha, g);
        variance = f.maximum(f.subtract(slot(0), f.square(slot(1))), f.scalar(0));
      }
      const update = f.divide(g, rootPlus(variance, 1, optimizer.epsilon));
      if (optimizer.momentum === 0) return update;
      const last = s.length - 1; // slots are numbered without gaps
      s[last] = f.add(f.times(slot(last), optimizer.momentum), update);
      return slot(last);
    }
    case 'adagrad':
      s[0] = f.add(slot(0), f.square(g));
      return f.divide(g, rootPlus(slot(0), 1, optimizer.epsilon));
    case 'adadelta': {
      s[0] = blend(0, optimizer.rho, f.square(g));
      const root = (value: Tensor): Tensor => f.squareRoot(f.plus(value, optimizer.epsilon));
      const update = f.divide(f.multiply(g, root(slot(1))), root(slot(0)));
      s[1] = blend(1, optimizer.rho, f.square(update));
      return update;
    }
    case 'lion': {
      const direction = f.sign(blend(0, optimizer.beta1, g));
      s[0] = blend(0, optimizer.beta2, g);
      return direction;
    }
  }
}
