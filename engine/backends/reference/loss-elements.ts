import { WorkbenchError } from '../../base/errors.ts';
import { gaussianVarianceFloor, type Loss } from '../../ops/loss.ts';
import { clamp, sigmoid, softplus } from './activation.ts';
import type { LossOf, Term } from './loss.ts';

/** Losses of one real target: one prediction, or several quantiles, or a mean and a raw variance. */
export function elementTerm(loss: Loss, predictions: Float64Array, target: number): Term {
  const prediction = predictions[0] as number;
  const difference = prediction - target;
  switch (loss.kind) {
    case 'meanSquaredError':
      return { value: difference ** 2, gradient: [2 * difference] };
    case 'meanAbsoluteError':
      return { value: Math.abs(difference), gradient: [Math.sign(difference)] };
    case 'huber': {
      const { delta } = loss;
      const distance = Math.abs(difference);
      return {
        value: distance <= delta ? 0.5 * difference ** 2 : delta * (distance - delta / 2),
        gradient: [clamp(difference, -delta, delta)],
      };
    }
    case 'logCosh':
      return {
        value: difference + softplus(-2 * difference) - Math.LN2,
        gradient: [Math.tanh(difference)],
      };
    case 'pinball':
      return pinball(loss, predictions, target);
    case 'gaussian':
      return gaussian(prediction, predictions[1] as number, target);
    case 'poisson': {
      const rate = Math.exp(prediction);
      return { value: rate - target * prediction, gradient: [rate - target] };
    }
    case 'binaryCrossEntropy':
      return binaryCrossEntropy(loss, prediction, target);
    case 'binaryFocal':
      return binaryFocal(loss, prediction, target);
    case 'crossEntropy':
    case 'focal':
      throw new WorkbenchError('internal', `The loss ${loss.kind} takes labels, not real targets`);
  }
}

function pinball(loss: LossOf<'pinball'>, predictions: Float64Array, target: number): Term {
  let value = 0;
  const gradient = loss.quantiles.map((quantile, index) => {
    const shortfall = target - (predictions[index] as number);
    value += Math.max(quantile * shortfall, (quantile - 1) * shortfall);
    if (shortfall === 0) return 0;
    return shortfall > 0 ? -quantile : 1 - quantile;
  });
  return { value, gradient };
}

function gaussian(mean: number, rawVariance: number, target: number): Term {
  const variance = softplus(rawVariance) + gaussianVarianceFloor;
  const error = mean - target;
  const varianceGradient = 0.5 * (1 / variance - (error / variance) ** 2);
  return {
    value: 0.5 * (Math.log(variance) + error ** 2 / variance),
    gradient: [error / variance, varianceGradient * sigmoid(rawVariance)],
  };
}

function binaryCrossEntropy(loss: LossOf<'binaryCrossEntropy'>, logit: number, target: number): Term {
  const smoothed = target * (1 - loss.smoothing) + 0.5 * loss.smoothing;
  const positive = loss.positiveWeight * smoothed;
  const negative = 1 - smoothed;
  return {
    value: positive * softplus(-logit) + negative * softplus(logit),
    gradient: [-positive * sigmoid(-logit) + negative * sigmoid(logit)],
  };
}

function binaryFocal(loss: LossOf<'binaryFocal'>, logit: number, target: number): Term {
  const { gamma, alpha } = loss;
  const balance = alpha === null ? 1 : alpha * target + (1 - alpha) * (1 - target);
  const positive = sigmoid(logit);
  const negative = sigmoid(-logit);
  const missed = negative * target + positive * (1 - target); // 1 - p_t, without cancellation
  const entropy = target * softplus(-logit) + (1 - target) * softplus(logit);
  const entropyGradient = positive - target;
  const missedGradient = (1 - 2 * target) * positive * negative;
  const slope = missed === 0 ? 0 : gamma * missed ** (gamma - 1) * missedGradient;
  return {
    value: balance * missed ** gamma * entropy,
    gradient: [balance * (missed ** gamma * entropyGradient + slope * entropy)],
  };
}
