import { type Activation, leakyReluSlope, seluAlpha, seluScale } from '../../ops/activation.ts';

/** ln(1 + e^x) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + e^-x); the exponential only ever sees a negative argument. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** The activation of a pre-activation. */
export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case 'linear':
      return x;
    case 'sigmoid':
      return sigmoid(x);
    case 'hardSigmoid':
      return clamp(x / 6 + 0.5, 0, 1);
    case 'hardSigmoidOnnx':
      return clamp(0.2 * x + 0.5, 0, 1);
    case 'tanh':
      return Math.tanh(x);
    case 'relu':
      return Math.max(x, 0);
    case 'leakyRelu':
      return x > 0 ? x : leakyReluSlope * x;
    case 'elu':
      return x > 0 ? x : Math.expm1(x);
    case 'selu':
      return seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x));
    case 'gelu':
      return x * normalDistribution(x);
    case 'softplus':
      return softplus(x);
    case 'softsign':
      return x / (1 + Math.abs(x));
    case 'swish':
      return x * sigmoid(x);
  }
}

/**
 * The derivative of the activation.
 * @param output the activation's value y.
 * @param input the pre-activation x; read only where `needsPreactivation` says so.
 */
export function activationDerivative(activation: Activation, output: number, input: number): number {
  switch (activation) {
    case 'linear':
      return 1;
    case 'sigmoid':
      return output * (1 - output);
    case 'hardSigmoid':
      return output > 0 && output < 1 ? 1 / 6 : 0;
    case 'hardSigmoidOnnx':
      return output > 0 && output < 1 ? 0.2 : 0;
    case 'tanh':
      return 1 - output * output;
    case 'relu':
      return output > 0 ? 1 : 0;
    case 'leakyRelu':
      return output > 0 ? 1 : leakyReluSlope;
    case 'elu':
      return output > 0 ? 1 : output + 1;
    case 'selu':
      return output > 0 ? seluScale : output + seluScale * seluAlpha;
    case 'gelu':
      return normalDistribution(input) + (input * Math.exp(-0.5 * input * input)) / Math.sqrt(2 * Math.PI);
    case 'softplus':
      return -Math.expm1(-output);
    case 'softsign':
      return (1 - Math.abs(output)) ** 2;
    case 'swish': {
      const gate = sigmoid(input);
      return gate + input * gate * (1 - gate);
    }
  }
}

/** Limits a value; NaN stays NaN. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/**
 * Phi, the cumulative distribution of the standard normal, to full double precision: for small |x| the series
 * 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...), whose terms have one sign; in the tails the continued fraction
 * phi(x) / (x + 1/(x + 2/(x + 3/...))) (Abramowitz and Stegun 26.2.11 and 26.2.14).
 */
export function normalDistribution(x: number): number {
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  const distance = Math.abs(x);
  if (distance < 4) {
    let term = x;
    let sum = x;
    for (let odd = 3; Math.abs(term) > 1e-18 * Math.abs(sum); odd += 2) {
      term *= (x * x) / odd;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = distance;
  for (let level = 60; level >= 1; level--) fraction = distance + level / fraction;
  const tail = density / fraction;
  return x < 0 ? tail : 1 - tail;
}
