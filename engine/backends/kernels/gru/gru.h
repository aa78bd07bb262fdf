// What the forward and the backward pass of the GRU share: the arguments, and two memory layouts.
//
// Gate panels. Everything that belongs to one gate of one unit is kept by panels of `vectorLanes` units:
//
//   [panel][row][4 vectors]: 0 candidate, recurrent part; 1 update; 2 reset; 3 candidate, input part
//
// so vectors 0..2 are the three columns that meet U, vectors 1..3 the three that meet W, and a register tile holds the
// gates of the same units. The panels of the forward pass are sums before the activation; those of the backward pass
// are the derivatives with respect to them, which serve as they lie as right-hand side of the weight gradients.
//
// Packed weights. For x W and m U: [panel][k][3 vectors], in the order in which the vectors meet them. For the
// transposed products: [column panel][gate panel][3 gates][lane][columns of the panel].
#pragma once

#include "../activation.h"
#include "../program.h"
#include "../tile.h"

namespace KERNEL_NAMESPACE {

// In the order of `resetModes` in engine/ops/gru.ts.
enum class ResetMode : int32 { before, after, afterRecurrentBias };

struct Gru {
  int32 inputs, units;
  ResetMode mode;
  Activation gateActivation, candidateActivation;
  float clip;  // infinity for none
  bool reverse;
  float zoneout;
  bool normalization;
  const float *kernel, *recurrent, *bias, *recurrentBias, *gain;
  MatrixView input, output;
  MatrixView initial;  // stride 0 where all samples share it
  bool startsAtZero;   // then `initial` is shared workspace, which `prepareInitialState` fills
  MatrixView final;
  const int32* lengths;
  const float *recurrentMask, *zoneoutMask;
  float *gates, *preactivations, *normalized, *inverseDeviation;

  index panels() const { return (units + vectorLanes - 1) / vectorLanes; }
  // Units of a panel that exist.
  index lanes(index panel) const {
    const index left = units - panel * vectorLanes;
    return left < vectorLanes ? left : vectorLanes;
  }
  // Sigmoid gates, tanh candidate, nothing between sums and activations: the case worth its own code.
  bool standard() const {
    return gateActivation == Activation::sigmoid && candidateActivation == Activation::tanh &&
           mode != ResetMode::before && clip == __builtin_inff() && preactivations == nullptr;
  }
};

inline Gru readGru(Reader& reader) {
  Gru gru;
  gru.inputs = reader.integer();
  gru.units = reader.integer();
  gru.mode = ResetMode(reader.integer());
  gru.gateActivation = Activation(reader.integer());
  gru.candidateActivation = Activation(reader.integer());
  gru.clip = reader.number();
  gru.reverse = reader.flag();
  gru.zoneout = reader.number();
  gru.normalization = reader.flag();
  gru.kernel = reader.floats();
  gru.recurrent = reader.floats();
  gru.bias = reader.floats();
  gru.recurrentBias = reader.floats();
  gru.gain = reader.floats();
  gru.input = reader.matrix();
  gru.output = reader.matrix();
  gru.initial = reader.matrix();
  gru.startsAtZero = reader.flag();
  gru.final = reader.matrix();
  gru.lengths = reader.integers();
  gru.recurrentMask = reader.floats();
  gru.zoneoutMask = reader.floats();
  gru.gates = reader.floats();
  gru.preactivations = reader.floats();
  gru.normalized = reader.floats();
  gru.inverseDeviation = reader.floats();
  return gru;
}

// Rows of a row-major matrix.
struct Rows {
  float* data;
  index stride;
  float* at(index row) const { return data + row * stride; }
};

inline Rows rowsOf(MatrixView view) { return {view.data, view.stride}; }

// Rows [B,H] of the state before step t.
inline Rows previousState(const Gru& gru, index timesteps, index batch, index t) {
  const index first = gru.reverse ? timesteps - 1 : 0;
  if (t == first) return rowsOf(gru.initial);
  const Rows output = rowsOf(gru.output);
  return {output.at((gru.reverse ? t + 1 : t - 1) * batch), output.stride};
}

// To be called by one thread, before a barrier.
inline void prepareInitialState(const Gru& gru) {
  if (!gru.startsAtZero) return;
  for (index unit = 0; unit < gru.units; unit++) gru.initial.data[unit] = 0.0f;
}

inline bool padded(const Gru& gru, index t, index sample) {
  return gru.lengths != nullptr && t >= gru.lengths[sample];
}

// Gate panels over a number of rows.
struct Panels {
  float* data;
  index stride;  // floats between panels
  float* at(index panel, index row) const { return data + panel * stride + row * (4 * vectorLanes); }
};

// The odd cache line at the end keeps equal rows of successive panels out of the same cache set.
constexpr index panelStride(index rows) { return rows * 4 * vectorLanes + 16; }

// Products with a thread's own rows are blocked in k, so that a panel of weights stays in the first-level cache.
inline constexpr index depthBlock = 256;

// [k][3H] to [panel][k][3 vectors], for the panels in `range`. `candidateFirst` says where the candidate's columns go.
void packWeights(const float* weights, index depth, const Gru& gru, bool candidateFirst, Range range, float* packed);

// [rows][3H] to the transposed layout, for the column panels (vectors of rows) in `range`.
void packTransposed(const float* weights, index rows, const Gru& gru, bool candidateFirst, Range range, float* packed);

}  // namespace KERNEL_NAMESPACE
