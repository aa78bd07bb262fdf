/**
 * Losses. An op computes, over rows r with weight w_r (mask times sample weight; 0 on padding):
 *
 *   result = scale * sum_r w_r * sum_k l(prediction[r,k], target[r,k])
 *
 * `scale` is the run-time scalar `lossScale`, so that mean, sum and gradient accumulation need no other op. The
 * gradient written is the derivative of `result` with respect to the predictions. A row of weight 0 is not looked at:
 * its predictions may be NaN and its label no class. In any other row a label that is no class makes loss and gradient
 * NaN, so that it is seen.
 *
 * - meanSquaredError (p-y)^2; meanAbsoluteError |p-y| (derivative 0 at 0)
 * - huber: 0.5 d^2 if |d| <= delta else delta(|d| - delta/2) (Keras and PyTorch HuberLoss)
 * - logCosh: d + softplus(-2d) - ln 2 (Keras)
 * - pinball: max(q d, (q-1) d), d = y - p; predictions are [targets * quantiles], quantile fastest (Koenker 2005);
 *   derivative 0 at d = 0
 * - gaussian: 0.5 (ln v + (y-m)^2 / v), v = softplus(raw) + 1e-6; predictions are [targets * 2]: mean, raw variance of
 *   the first target, then of the second (PyTorch GaussianNLLLoss with full=False, without the constant)
 * - poisson: e^p - y p, p is the log rate (PyTorch PoissonNLLLoss log_input=True)
 * - crossEntropy: softmax over the logits [classes], integer label; w_r is multiplied by classWeights[label];
 *   smoothing e: target = (1-e) onehot + e/classes. With class weights and smoothing, each class's term is weighted
 *   by its own class weight, as PyTorch CrossEntropyLoss does (then the row weight carries no class weight).
 *   `scale` decides whether the mean divides by the sum of weights.
 * - binaryCrossEntropy: sigmoid on the logit; positiveWeight multiplies the positive term (PyTorch BCEWithLogitsLoss);
 *   smoothing e: target = (1-e) y + e/2 (Keras BinaryCrossentropy)
 * - focal: (1-p_t)^gamma * cross-entropy, categorical with softmax over classes (Lin et al. 2017), alpha = classWeights
 * - binaryFocal: alpha_t (1-p_t)^gamma * binary cross-entropy per output; alpha null means no balancing; for targets
 *   between 0 and 1, p_t = p y + (1-p)(1-y) and alpha_t likewise (torchvision sigmoid_focal_loss)
 */
export type Loss =
  | { readonly kind: 'meanSquaredError' }
  | { readonly kind: 'meanAbsoluteError' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'logCosh' }
  | { readonly kind: 'pinball'; readonly quantiles: readonly number[] }
  | { readonly kind: 'gaussian' }
  | { readonly kind: 'poisson' }
  | {
      readonly kind: 'crossEntropy';
      readonly smoothing: number;
      readonly classWeights: readonly number[] | null;
    }
  | { readonly kind: 'binaryCrossEntropy'; readonly positiveWeight: number; readonly smoothing: number }
  | { readonly kind: 'focal'; readonly gamma: number; readonly classWeights: readonly number[] | null }
  | { readonly kind: 'binaryFocal'; readonly gamma: number; readonly alpha: number | null };

export type LossKind = Loss['kind'];

/** Whether targets are one integer label a row instead of real numbers. */
export function usesLabels(loss: Loss): boolean {
  return loss.kind === 'crossEntropy' || loss.kind === 'focal';
}

/** Predictions per target value: several quantiles, or a mean and a variance. */
export function predictionsPerTarget(loss: Loss): number {
  if (loss.kind === 'pinball') return loss.quantiles.length;
  return loss.kind === 'gaussian' ? 2 : 1;
}

/** Added to the softplus of the raw variance of the Gaussian loss, so that it never reaches zero. */
export const gaussianVarianceFloor = 1e-6;
