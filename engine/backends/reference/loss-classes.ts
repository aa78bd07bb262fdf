import type { Loss } from '../../ops/loss.ts';
import type { LossOf, Term } from './loss.ts';

/** Losses of one integer label over the logits of all classes. */
export function classTerm(
  loss: Extract<Loss, { kind: 'crossEntropy' | 'focal' }>,
  logits: Float64Array,
  label: number,
): Term {
  if (label < 0 || label >= logits.length) {
    return { value: Number.NaN, gradient: Array.from(logits, () => Number.NaN) };
  }
  const logProbabilities = logSoftmax(logits);
  return loss.kind === 'crossEntropy'
    ? crossEntropy(loss, logProbabilities, label)
    : focal(loss, logProbabilities, label);
}

function crossEntropy(loss: LossOf<'crossEntropy'>, logProbabilities: number[], label: number): Term {
  const classes = logProbabilities.length;
  const targets = logProbabilities.map((_, index) => {
    const share = (index === label ? 1 - loss.smoothing : 0) + loss.smoothing / classes;
    return share * (loss.classWeights?.[index] ?? 1);
  });
  const total = targets.reduce((sum, target) => sum + target, 0);
  return {
    value: targets.reduce((sum, target, index) => sum - target * (logProbabilities[index] as number), 0),
    gradient: targets.map((target, index) => Math.exp(logProbabilities[index] as number) * total - target),
  };
}

function focal(loss: LossOf<'focal'>, logProbabilities: number[], label: number): Term {
  const { gamma } = loss;
  const balance = loss.classWeights?.[label] ?? 1;
  const probabilities = logProbabilities.map(Math.exp);
  const logTrue = logProbabilities[label] as number;
  const probabilityTrue = probabilities[label] as number;
  const missed = probabilities.reduce((sum, p, index) => (index === label ? sum : sum + p), 0); // 1 - p_t
  const slope = missed === 0 ? 0 : gamma * missed ** (gamma - 1) * probabilityTrue * logTrue;
  const factor = balance * (slope - missed ** gamma);
  return {
    value: balance * missed ** gamma * -logTrue,
    gradient: probabilities.map((p, index) => factor * ((index === label ? 1 : 0) - p)),
  };
}

function logSoftmax(logits: Float64Array): number[] {
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Array.from(logits, (logit) => logit - largest - Math.log(total));
}
