// What the losses share: engine/ops/loss.ts defines them.
#pragma once

#include "elements.h"

namespace KERNEL_NAMESPACE {

// In the order of `lossKinds` in encode/loss.ts.
enum class LossKind : int32 {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  logCosh,
  pinball,
  gaussian,
  poisson,
  binaryCrossEntropy,
  binaryFocal,
  crossEntropy,
  focal,
};

struct LossArguments {
  MatrixView predictions;
  const float* targets;  // for labels, ints
  const float* weights;  // [rows]
  MatrixView gradient;   // data is null where nobody needs it
  float scale;
  // Parameters by kind: huber delta; binary cross-entropy positive weight and smoothing; cross-entropy smoothing;
  // focal losses gamma, and alpha or a negative number for none.
  float first;
  float second;
  const float* list;  // quantiles, or class weights or null
};

// Rows whose losses are added before the sum is stored: the sums, and so the result, do not depend on the threads.
// Encoders know it as `lossRows`.
inline constexpr index lossRows = 64;

// The sum of weighted losses of rows [begin, end), and their gradient.
double elementLoss(LossKind kind, const LossArguments& loss, index begin, index end);
double classLoss(LossKind kind, const LossArguments& loss, index begin, index end);

// base^exponent for base >= 0, with 0^0 = 1.
KERNEL_INLINE Vector power(Vector base, float exponent) {
  const Vector atZero = broadcast(exponent == 0.0f ? 1.0f : 0.0f);
  return select<Vector>(base == 0.0f, atZero, exp(exponent * log(base)));
}

}  // namespace KERNEL_NAMESPACE
