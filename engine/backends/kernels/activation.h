// The activations of engine/ops/activation.ts and their derivatives, on vectors.
#pragma once

#include "math.h"

namespace KERNEL_NAMESPACE {

// In the order of `activations` in engine/ops/activation.ts: records hold the position in that list.
enum class Activation : int32 {
  linear,
  sigmoid,
  hardSigmoid,
  hardSigmoidOnnx,
  tanh,
  relu,
  leakyRelu,
  elu,
  selu,
  gelu,
  softplus,
  softsign,
  swish,
};

inline constexpr float leakyReluSlope = 0.01f;
inline constexpr float seluScale = 1.0507009873554805f;
inline constexpr float seluAlpha = 1.6732632423543772f;

// Whether `activationSlope` is given the input instead of the output.
inline constexpr bool needsPreactivation(Activation a) { return a == Activation::gelu || a == Activation::swish; }

template <Activation A, class V>
KERNEL_INLINE V activate(V x) {
  const V zero = {};
  if constexpr (A == Activation::sigmoid) return sigmoid(x);
  if constexpr (A == Activation::tanh) return tanh(x);
  if constexpr (A == Activation::hardSigmoid || A == Activation::hardSigmoidOnnx) {
    const V line = A == Activation::hardSigmoid ? x / 6.0f + 0.5f : x * 0.2f + 0.5f;
    return maximum(minimum(line, broadcast<V>(1.0f)), zero);
  }
  if constexpr (A == Activation::relu) return maximum(x, zero);
  if constexpr (A == Activation::leakyRelu) return select<V>(x > 0.0f, x, x * leakyReluSlope);
  if constexpr (A == Activation::elu) return select<V>(x > 0.0f, x, expMinusOne(minimum(x, zero)));
  if constexpr (A == Activation::selu) {
    return seluScale * select<V>(x > 0.0f, x, seluAlpha * expMinusOne(minimum(x, zero)));
  }
  if constexpr (A == Activation::gelu) return 0.5f * x * (1.0f + erf(x * 0.70710678f));
  if constexpr (A == Activation::softplus) return softplus(x);
  if constexpr (A == Activation::softsign) {
    const V magnitude = minimum(absolute(x), broadcast<V>(3e38f));  // so that infinity gives 1
    return copySign(magnitude / (1.0f + magnitude), x);
  }
  if constexpr (A == Activation::swish) return x * sigmoid(x);
  return x;
}

// The derivative, from the output y; for gelu and swish from the input.
template <Activation A, class V>
KERNEL_INLINE V activationSlope(V y) {
  const V zero = {};
  const V one = broadcast<V>(1.0f);
  if constexpr (A == Activation::sigmoid) return y * (1.0f - y);
  if constexpr (A == Activation::tanh) return 1.0f - y * y;
  if constexpr (A == Activation::hardSigmoid || A == Activation::hardSigmoidOnnx) {
    const V slope = broadcast<V>(A == Activation::hardSigmoid ? 1.0f / 6.0f : 0.2f);
    return select<V>((y > 0.0f) & (y < 1.0f), slope, zero);
  }
  if constexpr (A == Activation::relu) return select<V>(y > 0.0f, one, zero);
  if constexpr (A == Activation::leakyRelu) return select<V>(y > 0.0f, one, broadcast<V>(leakyReluSlope));
  if constexpr (A == Activation::elu) return select<V>(y > 0.0f, one, y + 1.0f);
  if constexpr (A == Activation::selu) {
    return select<V>(y > 0.0f, broadcast<V>(seluScale), y + seluScale * seluAlpha);
  }
  if constexpr (A == Activation::gelu) {
    const V cumulative = 0.5f * (1.0f + erf(y * 0.70710678f));
    return multiplyAdd(y * 0.39894228f, exp(y * y * -0.5f), cumulative);
  }
  if constexpr (A == Activation::softplus) return -expMinusOne(-y);
  if constexpr (A == Activation::softsign) {
    const V rest = 1.0f - absolute(y);
    return rest * rest;
  }
  if constexpr (A == Activation::swish) {
    const V s = sigmoid(y);
    return multiplyAdd(y * s, 1.0f - s, s);
  }
  return one;
}

template <Activation A>
struct ActivationTag {
  static constexpr Activation value = A;
};

// Calls function(ActivationTag<A>{}) for the activation that is known only at run time.
template <class Function>
KERNEL_INLINE void withActivation(Activation a, Function function) {
  switch (a) {
    case Activation::linear: return function(ActivationTag<Activation::linear>{});
    case Activation::sigmoid: return function(ActivationTag<Activation::sigmoid>{});
    case Activation::hardSigmoid: return function(ActivationTag<Activation::hardSigmoid>{});
    case Activation::hardSigmoidOnnx: return function(ActivationTag<Activation::hardSigmoidOnnx>{});
    case Activation::tanh: return function(ActivationTag<Activation::tanh>{});
    case Activation::relu: return function(ActivationTag<Activation::relu>{});
    case Activation::leakyRelu: return function(ActivationTag<Activation::leakyRelu>{});
    case Activation::elu: return function(ActivationTag<Activation::elu>{});
    case Activation::selu: return function(ActivationTag<Activation::selu>{});
    case Activation::gelu: return function(ActivationTag<Activation::gelu>{});
    case Activation::softplus: return function(ActivationTag<Activation::softplus>{});
    case Activation::softsign: return function(ActivationTag<Activation::softsign>{});
    case Activation::swish: return function(ActivationTag<Activation::swish>{});
  }
}

}  // namespace KERNEL_NAMESPACE
