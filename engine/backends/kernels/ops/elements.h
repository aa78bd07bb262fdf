// What the elementwise ops and the reductions share.
#pragma once

#include "../math.h"
#include "../program.h"

namespace KERNEL_NAMESPACE {

// Rows of a matrix in this run: `Rows` of engine/ops/matrix.ts, encoded as a flag.
KERNEL_INLINE index rowCount(const Context& context, bool sequence) {
  return sequence ? index(context.timesteps) * context.batch : index(context.batch);
}

// Valid timesteps of a sample.
KERNEL_INLINE index lengthOf(const Context& context, const int32* lengths, index sample) {
  return lengths == nullptr ? context.timesteps : lengths[sample];
}

KERNEL_INLINE float* rowOf(const MatrixView& matrix, index row) { return matrix.data + row * matrix.stride; }

// How the body of `forVectors` touches memory: a whole vector, or the lanes that are left at the end.
struct Whole {
  KERNEL_INLINE Vector load(const float* from) const { return KERNEL_NAMESPACE::load(from); }
  KERNEL_INLINE void store(float* to, Vector value) const { KERNEL_NAMESPACE::store(to, value); }
  // `value` in the lanes in use and 0 in the others.
  KERNEL_INLINE Vector only(Vector value) const { return value; }
};
struct Part {
  index count;
  KERNEL_INLINE Vector load(const float* from) const { return loadPartial(from, count); }
  KERNEL_INLINE void store(float* to, Vector value) const { storePartial(to, value, count); }
  KERNEL_INLINE Vector only(Vector value) const {
    for (index lane = count; lane < vectorLanes; lane++) value[lane] = 0.0f;
    return value;
  }
};

// Calls body(i, access) for every vector of [begin, end).
template <class Body>
KERNEL_INLINE void forVectors(index begin, index end, Body body) {
  index i = begin;
  for (; i + vectorLanes <= end; i += vectorLanes) body(i, Whole{});
  if (i < end) body(i, Part{end - i});
}

// Elements in the blocks that threads take turns at, and over which sums are taken. A multiple of every vector width:
// only the last block of an array has a partial vector, whatever the number of threads. Encoders know it as
// `blockElements`.
inline constexpr index blockElements = 4096;

// The same over this thread's share of an array of `count` elements.
template <class Body>
KERNEL_INLINE void forOwnVectors(const Context& context, index count, Body body) {
  const Range own = split(context, count, blockElements);
  forVectors(own.begin, own.end, body);
}

// The same over this thread's share of rows: body(row, column, access).
template <class Body>
KERNEL_INLINE void forOwnRows(const Context& context, index rows, index columns, Body body) {
  const Range own = split(context, rows, 1);
  for (index row = own.begin; row < own.end; row++) {
    forVectors(0, columns, [&](index column, auto access) { body(row, column, access); });
  }
}

// Partial sums of doubles in a workspace, which need not be aligned for them.
KERNEL_INLINE void storeDouble(float* workspace, index position, double value) {
  __builtin_memcpy(workspace + 2 * position, &value, sizeof value);
}
KERNEL_INLINE double loadDouble(const float* workspace, index position) {
  double value;
  __builtin_memcpy(&value, workspace + 2 * position, sizeof value);
  return value;
}
KERNEL_INLINE double sumDoubles(const float* workspace, index count) {
  double total = 0;
  for (index position = 0; position < count; position++) total += loadDouble(workspace, position);
  return total;
}

// Positions in the scalars and results slots: engine/plan/plan.ts.
enum Scalar : int32 { scalarLossScale, scalarLearningRate, scalarC0, scalarC1, scalarC2, scalarC3 };
enum Result : int32 { resultLoss, resultPenalty, resultGradientNorm, resultClippedFraction };

}  // namespace KERNEL_NAMESPACE
