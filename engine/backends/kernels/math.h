// Elementary functions on vectors of float32 of any width. Each is a textbook range reduction followed by a polynomial
// whose coefficients were fitted for this file (weighted minimax). NaN in, NaN out; no tables, no branches, no standard
// library. The bounds in ulp are checked over dense ranges by test/kernels/math.test.ts.
#pragma once

#include "vector.h"

namespace KERNEL_NAMESPACE {

// Compile with -fno-math-errno, or gcc calls a function for each lane.
template <class V>
KERNEL_INLINE V squareRoot(V x) {
#if defined(__clang__) && __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(x);
#else
  for (index lane = 0; lane < index(sizeof(V) / 4); lane++) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}

namespace detail {

inline constexpr float log2OfE = 1.44269504f;
// ln 2 in two parts: the high one has 9 bits, so that its product with an exponent is exact without a fused multiply.
inline constexpr float ln2High = 0.693359375f;
inline constexpr float ln2Low = -2.12194440e-4f;
inline constexpr float roundingMagic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer

// x = n ln 2 + r with |r| <= ln 2 / 2; `fraction` is e^r - 1 (fitted to a relative error of 2^-26).
template <class V>
struct ReducedExponential {
  IntOf<V> n;
  V fraction;
};

template <class V>
KERNEL_INLINE ReducedExponential<V> reduceExponential(V x) {
  const V magic = broadcast<V>(roundingMagic);
  const V shifted = multiplyAdd(x, broadcast<V>(log2OfE), magic);
  const V n = shifted - magic;
  V r = multiplyAdd(n, broadcast<V>(-ln2High), x);
  r = multiplyAdd(n, broadcast<V>(-ln2Low), r);
  V q = broadcast<V>(0.0013947017723694444f);
  q = multiplyAdd(q, r, broadcast<V>(0.008366911672055721f));
  q = multiplyAdd(q, r, broadcast<V>(0.04166627302765846f));
  q = multiplyAdd(q, r, broadcast<V>(0.16666540503501892f));
  q = multiplyAdd(q, r, broadcast<V>(0.5f));
  return {(IntOf<V>)shifted - (IntOf<V>)magic, multiplyAdd(q * r, r, r)};
}

// 2^n for -126 <= n <= 127; infinity for 128.
template <class V>
KERNEL_INLINE V powerOfTwo(IntOf<V> n) {
  return (V)((n + 127) << 23);
}

}  // namespace detail

// e^x. At most 2 ulp, subnormal results included; infinity above 88.73, 0 below -103.98.
template <class V>
KERNEL_INLINE V exp(V x) {
  const V bounded = maximum(minimum(x, broadcast<V>(89.0f)), broadcast<V>(-105.0f));
  const auto reduced = detail::reduceExponential(bounded);
  const IntOf<V> half = reduced.n >> 1;
  return (1.0f + reduced.fraction) * detail::powerOfTwo<V>(half) * detail::powerOfTwo<V>(reduced.n - half);
}

// e^x - 1 for x <= 88, accurate relative to the result near 0. At most 2 ulp.
template <class V>
KERNEL_INLINE V expMinusOne(V x) {
  const auto reduced = detail::reduceExponential(maximum(x, broadcast<V>(-30.0f)));
  const V scale = detail::powerOfTwo<V>(reduced.n);
  return multiplyAdd(reduced.fraction, scale, scale - 1.0f);
}

namespace detail {

// ln x + n ln 2 for a positive, normal, finite x.
template <class V>
KERNEL_INLINE V logNormal(V x, V n) {
  using I = IntOf<V>;
  const I shifted = (I)x - 0x3f3504f3;  // sqrt(1/2): the mantissa lies in [0.71, 1.41)
  const V exponent = n + __builtin_convertvector(shifted >> 23, V);
  const V f = (V)((shifted & 0x7fffff) + 0x3f3504f3) - 1.0f;
  V p = broadcast<V>(-0.0785997062921524f);
  p = multiplyAdd(p, f, broadcast<V>(0.128858745098114f));
  p = multiplyAdd(p, f, broadcast<V>(-0.1313045173883438f));
  p = multiplyAdd(p, f, broadcast<V>(0.1418069750070572f));
  p = multiplyAdd(p, f, broadcast<V>(-0.16624347865581512f));
  p = multiplyAdd(p, f, broadcast<V>(0.20002302527427673f));
  p = multiplyAdd(p, f, broadcast<V>(-0.25000816583633423f));
  p = multiplyAdd(p, f, broadcast<V>(0.33333316445350647f));
  const V square = f * f;
  V tail = p * f * square;
  tail = multiplyAdd(exponent, broadcast<V>(ln2Low), tail);
  tail = multiplyAdd(square, broadcast<V>(-0.5f), tail);
  return multiplyAdd(exponent, broadcast<V>(ln2High), f + tail);
}

}  // namespace detail

// ln x: -infinity at 0, NaN below. At most 1 ulp.
template <class V>
KERNEL_INLINE V log(V x) {
  const IntOf<V> subnormal = x < 1.17549435e-38f;
  const V scaled = select<V>(subnormal, x * 33554432.0f, x);  // 2^25
  V result = detail::logNormal(scaled, select<V>(subnormal, broadcast<V>(-25.0f), V{}));
  result = select<V>(x < __builtin_inff(), result, x);  // infinity and NaN
  result = select<V>(x == 0.0f, broadcast<V>(-__builtin_inff()), result);
  return select<V>(x < 0.0f, broadcast<V>(__builtin_nanf("")), result);
}

// ln(1 + x), accurate relative to the result near 0. At most 2 ulp.
template <class V>
KERNEL_INLINE V logOnePlus(V x) {
  const V u = 1.0f + x;
  const V rounded = log(u);
  const V lost = (x - (u - 1.0f)) / u;  // what rounding 1 + x dropped, to first order
  return select<V>((x < 16777216.0f) & (u > 0.0f), rounded + lost, rounded);
}

// 1 / (1 + e^-x), never outside [0,1]. At most 3 ulp of the result, however small, down to x = -88.37; 0 below.
template <class V>
KERNEL_INLINE V sigmoid(V x) {
  const V bounded = maximum(minimum(-x, broadcast<V>(88.8f)), broadcast<V>(-87.0f));
  const auto reduced = detail::reduceExponential(bounded);
  const V scale = detail::powerOfTwo<V>(reduced.n);
  return 1.0f / (1.0f + multiplyAdd(reduced.fraction, scale, scale));
}

// Never beyond +-1. At most 3 ulp of the result, near 0 as well.
template <class V>
KERNEL_INLINE V tanh(V x) {
  const V magnitude = minimum(absolute(x), broadcast<V>(10.0f));
  const auto reduced = detail::reduceExponential(magnitude + magnitude);
  const V scale = detail::powerOfTwo<V>(reduced.n);
  const V e = multiplyAdd(reduced.fraction, scale, scale - 1.0f);  // e^2|x| - 1
  return copySign(e / (e + 2.0f), x);
}

// What a logistic output needs, from one exponential: sigmoid(x), sigmoid(-x) (so 1 - sigmoid(x), exact in its tail),
// softplus(x) = ln(1 + e^x) and softplus(-x). Each at most 3 ulp.
template <class V>
struct Logistic {
  V sigmoid;
  V sigmoidOfMinus;
  V softplus;
  V softplusOfMinus;
};

template <class V>
KERNEL_INLINE Logistic<V> logistic(V x) {
  const V e = exp(-absolute(x));
  const V u = 1.0f + e;
  const V larger = 1.0f / u;
  const V smaller = e * larger;
  // ln(1 + e), with what rounding 1 + e dropped, to first order. A NaN comes in through the maxima below.
  const V lost = (e - (u - 1.0f)) * larger;
  const V tail = detail::logNormal(u, V{}) + lost;
  const IntOf<V> positive = x > 0.0f;
  return {select<V>(positive, larger, smaller), select<V>(positive, smaller, larger), maximum(x, V{}) + tail,
          maximum(-x, V{}) + tail};
}

// ln(1 + e^x). At most 3 ulp.
template <class V>
KERNEL_INLINE V softplus(V x) {
  return logistic(x).softplus;
}

// The error function, at most 2 ulp. Below 1 an even polynomial, above it 1 - e^-(t + t polynomial(t)).
template <class V>
KERNEL_INLINE V erf(V x) {
  const V s = x * x;
  V small = broadcast<V>(7.889122935011983e-05f);
  small = multiplyAdd(small, s, broadcast<V>(-0.0008020842797122896f));
  small = multiplyAdd(small, s, broadcast<V>(0.005189535673707724f));
  small = multiplyAdd(small, s, broadcast<V>(-0.026854444295167923f));
  small = multiplyAdd(small, s, broadcast<V>(0.11283600330352783f));
  small = multiplyAdd(small, s, broadcast<V>(-0.3761262595653534f));
  small = multiplyAdd(small, s, broadcast<V>(0.12837916612625122f));
  const V t = minimum(absolute(x), broadcast<V>(4.0f));
  V large = broadcast<V>(-0.0002101822174154222f);
  large = multiplyAdd(large, t, broadcast<V>(0.003183118300512433f));
  large = multiplyAdd(large, t, broadcast<V>(-0.022786088287830353f));
  large = multiplyAdd(large, t, broadcast<V>(0.10509667545557022f));
  large = multiplyAdd(large, t, broadcast<V>(0.6358463764190674f));
  large = multiplyAdd(large, t, broadcast<V>(0.12847557663917542f));
  const V tail = copySign(1.0f - exp(-multiplyAdd(large, t, t)), x);
  return select<V>(t < 1.0f, multiplyAdd(small, x, x), tail);
}

}  // namespace KERNEL_NAMESPACE
