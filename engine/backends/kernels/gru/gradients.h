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

// Floats of scratch for each thread.
inline constexpr index gradientBlockRows = 256;
inline constexpr index gradientBlockDepth = 128;
inline constexpr index gradientScratch = gradientBlockRows * gradientBlockDepth;

void inputGradientOf(const Gru& gru, const Derivatives& derivatives, MatrixView gradient, bool accumulate,
                     const float* packedKernel, const Context& context);

void weightGradients(const Gru& gru, const Derivatives& derivatives, const GruGradients& gradients, float* scratch,
                     const Context& context);

}  // namespace KERNEL_NAMESPACE
