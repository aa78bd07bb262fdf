// Vectors of this compilation, and the size of the register tile that fits its registers. GCC and clang vector
// extensions: arithmetic and comparisons work lane by lane, a comparison gives -1 or 0 in an int vector. Functions are
// templates, so that elementary functions also work on vectors of another width.
#pragma once

#include "kernel.h"

#define KERNEL_INLINE inline __attribute__((always_inline))

namespace KERNEL_NAMESPACE {

#if defined(__AVX512F__)
inline constexpr int32 vectorLanes = 16;  // 32 registers
inline constexpr int32 tileRows = 8;
#elif defined(__AVX2__)
inline constexpr int32 vectorLanes = 8;  // 16 registers: 12 sums, 3 columns, 1 broadcast
inline constexpr int32 tileRows = 4;
#elif defined(__aarch64__)
inline constexpr int32 vectorLanes = 4;  // 32 registers
inline constexpr int32 tileRows = 8;
#elif defined(__wasm_relaxed_simd__)
inline constexpr int32 vectorLanes = 4;  // V8 spills a taller tile: 9 sums, 3 columns, 1 broadcast
inline constexpr int32 tileRows = 3;
#elif defined(__wasm_simd128__)
inline constexpr int32 vectorLanes = 4;  // the products need registers too
inline constexpr int32 tileRows = 2;
#else
inline constexpr int32 vectorLanes = 4;  // SSE2: 16 registers
inline constexpr int32 tileRows = 4;
#endif

typedef float Vector __attribute__((vector_size(vectorLanes * 4)));
typedef int32 IntVector __attribute__((vector_size(vectorLanes * 4)));

template <class V>
using IntOf = decltype(V{} < V{});

// Memory need not be aligned, and may hold floats or ints.
template <class V>
struct Unaligned {
  typedef V Type __attribute__((aligned(4), may_alias));
};

template <class V = Vector>
KERNEL_INLINE V load(const float* data) {
  return *reinterpret_cast<const typename Unaligned<V>::Type*>(data);
}
template <class V>
KERNEL_INLINE void store(float* data, V value) {
  *reinterpret_cast<typename Unaligned<V>::Type*>(data) = value;
}

template <class V = Vector>
KERNEL_INLINE V broadcast(float value) {
  return value - V{};
}

// The first `count` lanes (all, if there are fewer); the others are zero. Touches no memory beyond them.
template <class V = Vector>
KERNEL_INLINE V loadPartial(const float* data, index count) {
  if (count >= index(sizeof(V) / 4)) return load<V>(data);
  float lanes[sizeof(V) / 4] = {};
  for (index lane = 0; lane < count; lane++) lanes[lane] = data[lane];
  return load<V>(lanes);
}
template <class V>
KERNEL_INLINE void storePartial(float* data, V value, index count) {
  if (count >= index(sizeof(V) / 4)) return store(data, value);
  float lanes[sizeof(V) / 4];
  store(lanes, value);
  for (index lane = 0; lane < count; lane++) data[lane] = lanes[lane];
}

// A vector of which only the first `lanes` exist: all of them, if the caller knows so at compile time.
template <bool Whole>
KERNEL_INLINE Vector loadLanes(const float* data, index lanes) {
  return Whole ? load(data) : loadPartial(data, lanes);
}
template <bool Whole>
KERNEL_INLINE void storeLanes(float* data, Vector value, index lanes) {
  return Whole ? store(data, value) : storePartial(data, value, lanes);
}

// mask ? a : b, lane by lane; mask lanes are -1 or 0.
template <class V>
KERNEL_INLINE V select(IntOf<V> mask, V a, V b) {
  return mask ? a : b;
}

// NaN in `a` gives NaN; written so that one instruction does it.
template <class V>
KERNEL_INLINE V minimum(V a, V b) {
  return b < a ? b : a;
}
template <class V>
KERNEL_INLINE V maximum(V a, V b) {
  return b > a ? b : a;
}

template <class V>
KERNEL_INLINE V absolute(V x) {
  return (V)((IntOf<V>)x & 0x7fffffff);
}
template <class V>
KERNEL_INLINE V copySign(V magnitude, V sign) {
  return (V)((IntOf<V>)absolute(magnitude) | ((IntOf<V>)sign & (int32)0x80000000));
}

// a * b + c; one rounding where the instruction set has it (the compiler contracts). WebAssembly has it only as relaxed
// SIMD, and no compiler contracts to that.
template <class V>
KERNEL_INLINE V multiplyAdd(V a, V b, V c) {
#if defined(__wasm_relaxed_simd__)
  if constexpr (sizeof(V) == 16) return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#endif
  return a * b + c;
}

// Lanes added in order, so that the sum does not depend on how a compiler would reduce.
template <class V>
KERNEL_INLINE float sumLanes(V value) {
  float total = 0;
  for (index lane = 0; lane < index(sizeof(V) / 4); lane++) total += value[lane];
  return total;
}

constexpr index roundUp(index count, index multiple) { return (count + multiple - 1) / multiple * multiple; }

}  // namespace KERNEL_NAMESPACE
