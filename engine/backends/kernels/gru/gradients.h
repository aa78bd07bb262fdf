// Gradients of the GRU's weights and input, from the derivatives with respect to its sums. The backward pass hands them
// over one stretch of steps at a time, while they are still in the cache; the sums of the weights' gradients grow in
// scratch memory, [panel][row of the weight][vectors], and are written out at the end.
//
// Each thread has its own rows of the weights and its own panels of the biases, so no sum is shared.
#pragma once

#include "gru.h"

namespace KERNEL_NAMESPACE {

// Gate panels over the rows of one stretch. With layer normalization the derivatives before (`sums`) and behind the
// normalization differ; without it all three are the same memory.
struct Derivatives {
  Panels sums;
  Panels input;      // vectors 1..3: with respect to x W
  Panels recurrent;  // vectors 0..2: with respect to m U
};

// The rows t * B + b of some successive steps.
struct Stretch {
  Derivatives derivatives;
  index firstRow;
  index rows;
};

struct GruGradients {
  float *kernel, *recurrent, *bias, *recurrentBias, *gain;  // null where not needed
  bool accumulate;
};

// Rows of a stretch; a single step may have more.
inline constexpr index stretchRows = 128;

// Rows of the left factor (units or inputs) that are packed at a time.
inline constexpr index factorRows = 256;

struct GradientScratch {
  float *kernel, *recurrent, *bias, *gain;  // sums of all threads
  float* factors;                           // of this thread: factorRows * stretchRows
  float* input;                             // of this thread: inputBlockRows * padded inputs
};

// Rows of the input's gradient that are computed together.
inline constexpr index inputBlockRows = 32;

void inputGradientOf(const Gru& gru, const Stretch& stretch, MatrixView gradient, bool accumulate,
                     const float* packedKernel, float* scratch, const Context& context);

void clearWeightSums(const Gru& gru, const GruGradients& gradients, const GradientScratch& scratch,
                     const Context& context);
void addWeightSums(const Gru& gru, const Stretch& stretch, const GruGradients& gradients,
                   const GradientScratch& scratch, const Context& context);
void writeWeightSums(const Gru& gru, const GruGradients& gradients, const GradientScratch& scratch,
                     const Context& context);

}  // namespace KERNEL_NAMESPACE
