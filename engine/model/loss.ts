import { WorkbenchError } from '../base/errors.ts';
import type { LossConfig, TrainingConfig } from '../contract/training.ts';
import type { OutputLayout } from '../data/prepared.ts';
import { type Loss, type LossKind, predictionsPerTarget } from '../ops/loss.ts';

/** The losses that fit each kind of output. */
const fitting: Readonly<Record<OutputLayout['kind'], readonly LossKind[]>> = {
  values: ['meanSquaredError', 'meanAbsoluteError', 'huber', 'logCosh', 'pinball', 'gaussian', 'poisson'],
  binary: ['binaryCrossEntropy', 'binaryFocal'],
  labels: ['crossEntropy', 'focal'],
};

/**
 * The loss as ops know it: class weights become numbers.
 * @param balanced class weights of the training part, for `classWeights: "balanced"`; null without labels.
 * @throws config/impossible when the loss does not fit the outputs, or class weights do not fit the classes.
 */
export function resolveLoss(
  config: LossConfig,
  outputs: OutputLayout,
  balanced: readonly number[] | null,
): Loss {
  if (!fitting[outputs.kind].includes(config.kind)) {
    throw new WorkbenchError(
      'config/impossible',
      `The loss "${config.kind}" does not fit a target of ${describeOutputs(outputs)}`,
      { where: 'training.loss.kind', hint: `Choose one of ${fitting[outputs.kind].join(', ')}.` },
    );
  }
  if (config.kind !== 'crossEntropy' && config.kind !== 'focal') return config;
  return { ...config, classWeights: resolveClassWeights(config.classWeights, outputs, balanced) };
}

function resolveClassWeights(
  config: 'balanced' | readonly number[] | null,
  outputs: OutputLayout,
  balanced: readonly number[] | null,
): readonly number[] | null {
  if (config === null) return null;
  const weights = config === 'balanced' ? balanced : config;
  if (weights === null || weights.length !== outputs.classes.length) {
    throw new WorkbenchError(
      'config/impossible',
      weights === null
        ? 'Balanced class weights need the labels of a training part'
        : `There are ${weights.length} class weights for ${outputs.classes.length} classes`,
      {
        where: 'training.loss.classWeights',
        hint: `Give one weight for each of: ${outputs.classes.join(', ')}; or set it to null.`,
      },
    );
  }
  return weights;
}

function describeOutputs(outputs: OutputLayout): string {
  return { values: 'numbers', binary: 'binary values', labels: 'class labels' }[outputs.kind];
}

/** Columns of the predictions: classes, or targets times predictions per target. */
export function predictionWidth(config: LossConfig, outputs: OutputLayout): number {
  if (outputs.kind === 'labels') return outputs.classes.length;
  const loss: Loss =
    config.kind === 'crossEntropy' || config.kind === 'focal' ? { ...config, classWeights: null } : config;
  return outputs.targets.length * predictionsPerTarget(loss);
}

/**
 * Terms that the loss of one row of weight 1 sums, by which a mean over all outputs divides: one for each
 * target, for each target and quantile, or one for a label. 1 for the reduction `sumOutputs`.
 */
export function termsPerRow(loss: Loss, reduction: TrainingConfig['lossReduction'], outputs: OutputLayout) {
  if (reduction === 'sumOutputs' || outputs.kind === 'labels') return 1;
  return outputs.targets.length * (loss.kind === 'pinball' ? loss.quantiles.length : 1);
}
