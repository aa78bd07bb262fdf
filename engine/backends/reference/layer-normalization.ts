import { layerNormalizationEpsilon } from '../../ops/gru.ts';

/**
 * Layer normalization of one block of units (Ba et al. 2016), with the population variance, as PyTorch's
 * `F.layer_norm` computes it. The gain is applied by the caller.
 */
export function normalize(values: Float64Array): { normalized: Float64Array; inverseDeviation: number } {
  const count = values.length;
  let mean = 0;
  for (const value of values) mean += value / count;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / count;
  const inverseDeviation = 1 / Math.sqrt(variance + layerNormalizationEpsilon);
  return { normalized: values.map((value) => (value - mean) * inverseDeviation), inverseDeviation };
}

/** The gradient with respect to the values, from the gradient with respect to the normalized values. */
export function normalizeBackward(
  gradient: Float64Array,
  normalized: Float64Array,
  inverseDeviation: number,
): Float64Array {
  const count = gradient.length;
  let mean = 0;
  let correlation = 0;
  for (let index = 0; index < count; index++) {
    mean += (gradient[index] as number) / count;
    correlation += ((gradient[index] as number) * (normalized[index] as number)) / count;
  }
  return gradient.map(
    (value, index) => inverseDeviation * (value - mean - (normalized[index] as number) * correlation),
  );
}
