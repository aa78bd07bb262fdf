/**
 * Elementwise activations. Definitions follow Keras 3 unless said otherwise; both hard sigmoids in use are kept.
 *
 * - linear x; sigmoid 1/(1+e^-x); tanh
 * - hardSigmoid clip(x/6 + 0.5, 0, 1) (Keras 3, PyTorch); hardSigmoidOnnx clip(0.2x + 0.5, 0, 1) (ONNX default, TF.js)
 * - relu; leakyRelu slope 0.01 (PyTorch's default; ONNX's too); elu alpha 1; selu (Klambauer et al. 2017)
 * - gelu: exact, x * Phi(x) with erf (PyTorch's default; Keras's with approximate=False)
 * - softplus ln(1+e^x); softsign x/(1+|x|); swish x * sigmoid(x)
 */
export const activations = [
  'linear',
  'sigmoid',
  'hardSigmoid',
  'hardSigmoidOnnx',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'softplus',
  'softsign',
  'swish',
] as const;

export type Activation = (typeof activations)[number];

export const leakyReluSlope = 0.01;
export const seluScale = 1.0507009873554805;
export const seluAlpha = 1.6732632423543772;

/**
 * Whether the derivative cannot be computed from the output, so that the input must be kept for the backward pass:
 * gelu and swish are not monotonic. Kinks (relu at 0, the ends of a hard sigmoid) take derivative 0.
 */
export function needsPreactivation(activation: Activation): boolean {
  return activation === 'gelu' || activation === 'swish';
}
