import { type Activation, leakyReluSlope, seluAlpha, seluScale } from '../../../ops/activation.ts';
import type { Operations } from '../operations.ts';
import type { Tensor } from '../tensor.ts';

/** The activation of pre-activations, elementwise. */
export function activate(f: Operations, activation: Activation, x: Tensor): Tensor {
  switch (activation) {
    case 'linear':
      return x;
    case 'sigmoid':
      return f.sigmoid(x);
    case 'hardSigmoid':
      return f.clamp(f.plus(f.times(x, 1 / 6), 0.5), 0, 1);
    case 'hardSigmoidOnnx':
      return f.clamp(f.plus(f.times(x, 0.2), 0.5), 0, 1);
    case 'tanh':
      return f.tanh(x);
    case 'relu':
      return f.maximum(x, f.scalar(0));
    case 'leakyRelu':
      return f.select(positive(f, x), x, f.times(x, leakyReluSlope));
    case 'elu':
      return f.select(positive(f, x), x, f.exponentialMinusOne(x));
    case 'selu':
      return f.times(f.select(positive(f, x), x, f.times(f.exponentialMinusOne(x), seluAlpha)), seluScale);
    case 'gelu':
      return f.multiply(x, normalDistribution(f, x));
    case 'softplus':
      return f.softplus(x);
    case 'softsign':
      return f.softsign(x);
    case 'swish':
      return f.multiply(x, f.sigmoid(x));
  }
}

/**
 * The derivative of the activation.
 * @param y its value.
 * @param x the pre-activation; read only where `needsPreactivation` says so.
 */
export function activationDerivative(f: Operations, activation: Activation, y: Tensor, x: Tensor): Tensor {
  switch (activation) {
    case 'linear':
      return f.fill(y.shape, 1);
    case 'sigmoid':
      return f.multiply(y, f.complement(y));
    case 'hardSigmoid':
      return f.times(inside(f, y), 1 / 6);
    case 'hardSigmoidOnnx':
      return f.times(inside(f, y), 0.2);
    case 'tanh':
      return f.complement(f.square(y));
    case 'relu':
      return f.numbers(positive(f, y));
    case 'leakyRelu':
      return f.select(positive(f, y), f.scalar(1), f.scalar(leakyReluSlope));
    case 'elu':
      return f.select(positive(f, y), f.scalar(1), f.plus(y, 1));
    case 'selu':
      return f.select(positive(f, y), f.scalar(seluScale), f.plus(y, seluScale * seluAlpha));
    case 'gelu':
      return f.add(
        normalDistribution(f, x),
        f.times(f.multiply(x, f.exponential(f.times(f.square(x), -0.5))), 1 / Math.sqrt(2 * Math.PI)),
      );
    case 'softplus':
      return f.negate(f.exponentialMinusOne(f.negate(y)));
    case 'softsign':
      return f.square(f.complement(f.absolute(y)));
    case 'swish': {
      const gate = f.sigmoid(x);
      return f.add(gate, f.multiply(f.multiply(x, gate), f.complement(gate)));
    }
  }
}

function positive(f: Operations, x: Tensor): Tensor {
  return f.greater(x, f.scalar(0));
}

function inside(f: Operations, y: Tensor): Tensor {
  return f.multiply(f.numbers(positive(f, y)), f.numbers(f.less(y, f.scalar(1))));
}

/** Phi, the cumulative distribution of the standard normal. */
function normalDistribution(f: Operations, x: Tensor): Tensor {
  return f.times(f.plus(f.errorFunction(f.times(x, Math.SQRT1_2)), 1), 0.5);
}
