// Gradients of the GRU's weights and input, from the derivatives with respect to all its sums.
#pragma once

#include "gru.h"

namespace KERNEL_NAMESPACE {

// Gate panels over T*B rows. With layer normalization the derivatives before (`sums`) and behind the normalization
// differ; without it all three are the same memory.
struct Derivatives {
  Panels sums;
  Panels input;      // vectors 1..3: with respect to x W
  Panels recurrent;  // vectors 0..2: with respect to m U
};

struct GruGradients {
  float *kernel, *recurrent, *bias, *recurrentBias, *gain;  // null where not needed
  bool accumulate;
};

// A thread multiplies this many rows of the left factor (units or inputs) by this many rows of the sequence at a time.
inline constexpr index gradientBlockRows = 256;
inline constexpr index gradientBlockDepth = 128;

// Memory of one thread.
struct GradientScratch {
  float* factors;  // gradientBlockRows * gradientBlockDepth
  float* sums;     // panels * gradientBlockRows * 3 vectors, or 32 padded rows of the input
};

void inputGradientOf(const Gru& gru, const Derivatives& derivatives, MatrixView gradient, bool accumulate,
                     const float* packedKernel, float* scratch, const Context& context);

void weightGradients(const Gru& gru, const Derivatives& derivatives, const GruGradients& gradients,
                     const GradientScratch& scratch, const Context& context);

}  // namespace KERNEL_NAMESPACE
