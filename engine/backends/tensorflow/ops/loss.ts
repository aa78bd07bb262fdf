import { gaussianVarianceFloor, type Loss, predictionsPerTarget } from '../../../ops/loss.ts';
import type { LossOp } from '../../../ops/op.ts';
import { resultIndex, scalarIndex } from '../../../plan/plan.ts';
import type { Operations } from '../operations.ts';
import { type Run, rowCount } from '../run.ts';
import type { Tensor } from '../tensor.ts';

type LossOf<Kind extends Loss['kind']> = Extract<Loss, { readonly kind: Kind }>;

/** The loss of each row [rows,1] and its derivatives [rows,predictions], before weight and scale. */
interface Terms {
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/** The formulas of ops/loss.ts. A row of weight 0 is replaced by zeros, whatever it holds. */
export function loss(run: Run, op: LossOp): void {
  const { memory, operations: f, scalars } = run;
  const rows = rowCount(run, op.rows);
  const weights = memory.read({ slot: op.weights, column: 0, columns: 1, stride: 1 }, rows);
  const counted = f.greater(f.absolute(weights), f.scalar(0));
  const predictions = f.select(counted, memory.read(op.predictions, rows), f.scalar(0));
  const terms = termsOf(run, op, predictions, counted, rows);
  const zero = f.scalar(0);
  const scale = scalars[scalarIndex.lossScale] as number;
  const values = f.select(counted, f.multiply(terms.value, weights), zero);
  run.result(resultIndex.loss, f.times(f.total(values), scale), op.accumulate);
  if (op.gradient === null) return;
  const gradient = f.select(counted, f.multiply(terms.gradient, f.times(weights, scale)), zero);
  memory.write(op.gradient, rows, gradient);
}

function termsOf(run: Run, op: LossOp, predictions: Tensor, counted: Tensor, rows: number): Terms {
  const { memory, operations: f } = run;
  const { loss } = op;
  if (loss.kind === 'crossEntropy' || loss.kind === 'focal') {
    const labels = f.pool.ints([rows], memory.ints(op.targets).slice(0, rows));
    return classTerms(f, loss, predictions, labels);
  }
  const group = predictionsPerTarget(loss);
  const targets = op.predictions.columns / group;
  const read = memory.read({ slot: op.targets, column: 0, columns: targets, stride: targets }, rows);
  const truth = f.reshape(f.select(counted, read, f.scalar(0)), [rows * targets, 1]);
  const { value, gradient } = elementTerms(f, loss, f.reshape(predictions, [rows * targets, group]), truth);
  return {
    value: f.sum(f.reshape(value, [rows, sizePerRow(value, rows)]), [1], true),
    gradient: f.reshape(gradient, [rows, targets * group]),
  };
}

function sizePerRow(value: Tensor, rows: number): number {
  return value.shape.reduce((size, length) => size * length, 1) / Math.max(rows, 1);
}

/** @param p predictions [n,group]; @param y targets [n,1]. */
function elementTerms(f: Operations, loss: Loss, p: Tensor, y: Tensor): Terms {
  const difference = (): Tensor => f.subtract(p, y);
  switch (loss.kind) {
    case 'meanSquaredError':
      return { value: f.square(difference()), gradient: f.times(difference(), 2) };
    case 'meanAbsoluteError':
      return { value: f.absolute(difference()), gradient: f.sign(difference()) };
    case 'huber': {
      const d = difference();
      const far = f.times(f.plus(f.absolute(d), -loss.delta / 2), loss.delta);
      const near = f.times(f.square(d), 0.5);
      const isFar = f.greater(f.absolute(d), f.scalar(loss.delta));
      return { value: f.select(isFar, far, near), gradient: f.clamp(d, -loss.delta, loss.delta) };
    }
    case 'logCosh': {
      const d = difference();
      return { value: f.plus(f.add(d, f.softplus(f.times(d, -2))), -Math.LN2), gradient: f.tanh(d) };
    }
    case 'pinball':
      return pinball(f, loss, p, y);
    case 'gaussian':
      return gaussian(f, p, y);
    case 'poisson': {
      const rate = f.exponential(p);
      return { value: f.subtract(rate, f.multiply(y, p)), gradient: f.subtract(rate, y) };
    }
    case 'binaryCrossEntropy':
      return binaryCrossEntropy(f, loss, p, y);
    case 'binaryFocal':
      return binaryFocal(f, loss, p, y);
    case 'crossEntropy':
    case 'focal':
      return classTerms(f, loss, p, y);
  }
}

function pinball(f: Operations, loss: LossOf<'pinball'>, p: Tensor, y: Tensor): Terms {
  const quantiles = f.pool.floats([1, loss.quantiles.length], Float32Array.from(loss.quantiles));
  const shortfall = f.subtract(y, p);
  const below = f.multiply(quantiles, shortfall);
  const above = f.multiply(f.plus(quantiles, -1), shortfall);
  const zero = f.scalar(0);
  const slope = f.select(
    f.greater(shortfall, zero),
    f.negate(quantiles),
    f.select(f.less(shortfall, zero), f.complement(quantiles), zero),
  );
  return { value: f.maximum(below, above), gradient: slope };
}

function gaussian(f: Operations, p: Tensor, y: Tensor): Terms {
  const mean = f.columns(p, 0, 1);
  const raw = f.columns(p, 1, 1);
  const variance = f.plus(f.softplus(raw), gaussianVarianceFloor);
  const error = f.subtract(mean, y);
  const share = f.divide(error, variance);
  const inverse = f.divide(f.scalar(1), variance);
  const varianceGradient = f.times(f.subtract(inverse, f.square(share)), 0.5);
  return {
    value: f.times(f.add(f.logarithm(variance), f.multiply(error, share)), 0.5),
    gradient: f.concatenate([share, f.multiply(varianceGradient, f.sigmoid(raw))], 1),
  };
}

function binaryCrossEntropy(f: Operations, loss: LossOf<'binaryCrossEntropy'>, p: Tensor, y: Tensor): Terms {
  const smoothed = f.plus(f.times(y, 1 - loss.smoothing), 0.5 * loss.smoothing);
  const positive = f.times(smoothed, loss.positiveWeight);
  const negative = f.complement(smoothed);
  const opposite = f.negate(p);
  return {
    value: f.add(f.multiply(positive, f.softplus(opposite)), f.multiply(negative, f.softplus(p))),
    gradient: f.subtract(f.multiply(negative, f.sigmoid(p)), f.multiply(positive, f.sigmoid(opposite))),
  };
}

function binaryFocal(f: Operations, loss: LossOf<'binaryFocal'>, p: Tensor, y: Tensor): Terms {
  const { gamma, alpha } = loss;
  const opposite = f.negate(p);
  const positive = f.sigmoid(p);
  const negative = f.sigmoid(opposite);
  const other = f.complement(y);
  const missed = f.add(f.multiply(negative, y), f.multiply(positive, other));
  const entropy = f.add(f.multiply(y, f.softplus(opposite)), f.multiply(other, f.softplus(p)));
  const missedSlope = f.multiply(f.subtract(f.scalar(1), f.times(y, 2)), f.multiply(positive, negative));
  const weight = powerOf(f, missed, gamma);
  const slope = f.times(f.multiply(slopePower(f, missed, gamma), missedSlope), gamma);
  const balance = alpha === null ? f.scalar(1) : f.add(f.times(y, alpha), f.times(other, 1 - alpha));
  return {
    value: f.multiply(balance, f.multiply(weight, entropy)),
    gradient: f.multiply(
      balance,
      f.add(f.multiply(weight, f.subtract(positive, y)), f.multiply(slope, entropy)),
    ),
  };
}

function classTerms(
  f: Operations,
  loss: LossOf<'crossEntropy'> | LossOf<'focal'>,
  logits: Tensor,
  labels: Tensor,
): Terms {
  const classes = logits.shape[1] as number;
  const hot = f.oneHot(labels, classes);
  // A label that is no class has no 1: its row becomes NaN.
  const known = f.sum(hot, [1], true);
  const marked = f.divide(known, known);
  const logProbabilities = f.logSoftmax(logits);
  const weights =
    loss.classWeights === null ? null : f.pool.floats([1, classes], Float32Array.from(loss.classWeights));
  const terms =
    loss.kind === 'crossEntropy'
      ? crossEntropy(f, loss.smoothing, hot, logProbabilities, weights)
      : focal(f, loss.gamma, hot, logProbabilities, weights);
  return { value: f.multiply(terms.value, marked), gradient: f.multiply(terms.gradient, marked) };
}

function crossEntropy(
  f: Operations,
  smoothing: number,
  hot: Tensor,
  logProbabilities: Tensor,
  weights: Tensor | null,
): Terms {
  const classes = hot.shape[1] as number;
  const shares = f.plus(f.times(hot, 1 - smoothing), smoothing / classes);
  const targets = weights === null ? shares : f.multiply(shares, weights);
  const total = f.sum(targets, [1], true);
  return {
    value: f.negate(f.sum(f.multiply(targets, logProbabilities), [1], true)),
    gradient: f.subtract(f.multiply(f.exponential(logProbabilities), total), targets),
  };
}

function focal(
  f: Operations,
  gamma: number,
  hot: Tensor,
  logProbabilities: Tensor,
  weights: Tensor | null,
): Terms {
  const probabilities = f.exponential(logProbabilities);
  const logTrue = f.sum(f.multiply(hot, logProbabilities), [1], true);
  const probabilityTrue = f.exponential(logTrue);
  const missed = f.sum(f.multiply(f.complement(hot), probabilities), [1], true); // 1 - p_t
  const weight = powerOf(f, missed, gamma);
  const slope = f.times(
    f.multiply(slopePower(f, missed, gamma), f.multiply(probabilityTrue, logTrue)),
    gamma,
  );
  const balance = weights === null ? f.scalar(1) : f.sum(f.multiply(hot, weights), [1], true);
  const factor = f.multiply(balance, f.subtract(slope, weight));
  return {
    value: f.negate(f.multiply(balance, f.multiply(weight, logTrue))),
    gradient: f.multiply(factor, f.subtract(hot, probabilities)),
  };
}

function powerOf(f: Operations, missed: Tensor, exponent: number): Tensor {
  return f.power(missed, f.scalar(exponent));
}

/** missed^(gamma - 1), and 0 where nothing is missed. */
function slopePower(f: Operations, missed: Tensor, gamma: number): Tensor {
  const zero = f.scalar(0);
  return f.select(f.greater(missed, zero), powerOf(f, missed, gamma - 1), zero);
}
