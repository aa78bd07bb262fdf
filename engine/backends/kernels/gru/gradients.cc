#include "gradients.h"

#include "products.h"

namespace KERNEL_NAMESPACE {

// Rows of the input's gradient that are computed together, in padded scratch.
static constexpr index inputBlockRows = 32;

void inputGradientOf(const Gru& gru, const Derivatives& derivatives, MatrixView gradient, bool accumulate,
                     const float* packedKernel, float* scratch, const Context& context) {
  const Range own = split(context, index(context.timesteps) * context.batch, tileRows);
  const index vectors = (gru.inputs + vectorLanes - 1) / vectorLanes;
  const Rows block = {scratch, vectors * vectorLanes};
  const Rows target = rowsOf(gradient);
  for (index row = own.begin; row < own.end; row += inputBlockRows) {
    const index rows = own.end - row < inputBlockRows ? own.end - row : inputBlockRows;
    for (index i = 0; i < rows; i++) {
      for (index v = 0; v < vectors; v++) {
        const index column = v * vectorLanes;
        const Vector value =
            accumulate ? loadPartial(target.at(row + i) + column, gru.inputs - column) : Vector{};
        store(block.at(i) + column, value);
      }
    }
    const Panels source = {derivatives.input.at(0, row), derivatives.input.stride};
    multiplyTransposed(block, gru.inputs, rows, source, gru.panels(), 1, 3, packedKernel, 0);
    for (index i = 0; i < rows; i++) {
      for (index v = 0; v < vectors; v++) {
        const index column = v * vectorLanes;
        storePartial(target.at(row + i) + column, load(block.at(i) + column), gru.inputs - column);
      }
    }
  }
}

namespace {

// A row of a weight gradient's left factor: the elementwise product of up to three rows.
struct Factors {
  const float* values;
  const float* mask;   // or null
  const float* reset;  // or null
};

// First column of the gate in each vector of the panels.
index gateColumn(const Gru& gru, int32 vector) { return index((vector + 2) % 3) * gru.units; }

// [tile][k][tileRows] of columns [begin, end) of `count` rows; zeros beyond the last column.
template <class RowAt>
void packColumns(index begin, index end, index firstRow, index count, RowAt rowAt, float* packed) {
  for (index k = 0; k < count; k++) {
    const Factors row = rowAt(firstRow + k);
    float* target = packed + k * tileRows;
    for (index tile = begin; tile < end; tile += tileRows, target += count * tileRows) {
      const bool whole = tile + tileRows <= end;
      if (whole && row.mask == nullptr && row.reset == nullptr) {
        __builtin_memcpy(target, row.values + tile, tileRows * sizeof(float));
        continue;
      }
      for (index i = 0; i < tileRows; i++) {
        float value = tile + i < end ? row.values[tile + i] : 0.0f;
        if (row.mask != nullptr && tile + i < end) value *= row.mask[tile + i];
        if (row.reset != nullptr && tile + i < end) value *= row.reset[tile + i];
        target[i] = value;
      }
    }
  }
}

// gradient[i, gates of vectors first..first+Vectors-1] (+)= sum over rows of factor[row, i] * derivative[row, gate].
// The sums of a block of rows i grow in scratch, [panel][i][vectors], and are then added to the gradient.
template <int32 Vectors, class RowAt>
void weightGradient(const Gru& gru, float* gradient, index height, Panels derivative, int32 first, bool accumulate,
                    RowAt rowAt, const GradientScratch& scratch, const Context& context) {
  constexpr index width = Vectors * vectorLanes;
  const Range own = split(context, height, tileRows);
  const index rows = index(context.timesteps) * context.batch;
  const index panels = gru.panels();
  for (index begin = own.begin; begin < own.end; begin += gradientBlockRows) {
    const index end = own.end - begin < gradientBlockRows ? own.end : begin + gradientBlockRows;
    const index blockRows = roundUp(end - begin, tileRows);
    for (index i = 0; i < panels * blockRows * Vectors; i++) store(scratch.sums + i * vectorLanes, Vector{});
    for (index row = 0; row < rows; row += gradientBlockDepth) {
      const index count = rows - row < gradientBlockDepth ? rows - row : gradientBlockDepth;
      packColumns(begin, end, row, count, rowAt, scratch.factors);
      for (index panel = 0; panel < panels; panel++) {
        const TileFactor right = {derivative.at(panel, row) + first * vectorLanes, 0, 4 * vectorLanes, 0};
        for (index tile = 0; tile < blockRows; tile += tileRows) {
          multiplyTile<tileRows, 1, Vectors>({scratch.sums + (panel * blockRows + tile) * width, width, 0},
                                             {scratch.factors + tile * count, 1, tileRows, 0}, right, count, 1);
        }
      }
    }
    for (index panel = 0; panel < panels; panel++) {
      const index lanes = gru.lanes(panel);
      for (index i = begin; i < end; i++) {
        const float* sum = scratch.sums + (panel * blockRows + i - begin) * width;
        for (int32 v = 0; v < Vectors; v++) {
          float* target = gradient + i * 3 * gru.units + gateColumn(gru, first + v) + panel * vectorLanes;
          const Vector value = load(sum + v * vectorLanes);
          storePartial(target, accumulate ? value + loadPartial(target, lanes) : value, lanes);
        }
      }
    }
  }
}

// Both biases in one pass: the recurrent one has the update and reset gates' derivatives in common with the other.
void biasGradients(const Gru& gru, const GruGradients& gradients, Panels derivative, const Context& context) {
  if (gradients.bias == nullptr && gradients.recurrentBias == nullptr) return;
  const index rows = index(context.timesteps) * context.batch;
  const Range own = split(context, gru.panels(), 1);
  for (index panel = own.begin; panel < own.end; panel++) {
    Vector sums[4] = {};
    const float* values = derivative.at(panel, 0);
    for (index row = 0; row < rows; row++, values += 4 * vectorLanes) {
      for (int32 v = 0; v < 4; v++) sums[v] += load(values + v * vectorLanes);
    }
    const auto write = [&](float* gradient, int32 first) {
      if (gradient == nullptr) return;
      const index lanes = gru.lanes(panel);
      for (int32 v = first; v < first + 3; v++) {
        float* target = gradient + gateColumn(gru, v) + panel * vectorLanes;
        storePartial(target, gradients.accumulate ? loadPartial(target, lanes) + sums[v] : sums[v], lanes);
      }
    };
    write(gradients.bias, 1);
    write(gradients.recurrentBias, 0);
  }
}

// gain[6H] (+)= sum over rows of derivative * normalized value.
void gainGradient(const Gru& gru, float* gradient, Panels derivative, bool accumulate, const Context& context) {
  if (gradient == nullptr) return;
  const index rows = index(context.timesteps) * context.batch;
  const Range own = split(context, gru.panels(), 1);
  for (index panel = own.begin; panel < own.end; panel++) {
    const index lanes = gru.lanes(panel);
    for (int32 gate = 0; gate < 6; gate++) {
      const index vector = gate == 5 ? 0 : gate % 3 + 1;
      float* target = gradient + gate * gru.units + panel * vectorLanes;
      Vector sum = accumulate ? loadPartial(target, lanes) : Vector{};
      for (index row = 0; row < rows; row++) {
        const float* normalized = gru.normalized + (row * 6 + gate) * gru.units + panel * vectorLanes;
        sum = multiplyAdd(load(derivative.at(panel, row) + vector * vectorLanes), loadPartial(normalized, lanes), sum);
      }
      storePartial(target, sum, lanes);
    }
  }
}

}  // namespace

void weightGradients(const Gru& gru, const Derivatives& derivatives, const GruGradients& gradients,
                     const GradientScratch& scratch, const Context& context) {
  const bool accumulate = gradients.accumulate;
  const index batch = context.batch;
  const index timesteps = context.timesteps;
  const auto inputRow = [&](index row) { return Factors{rowsOf(gru.input).at(row), nullptr, nullptr}; };
  const auto stateRow = [&](index row) {
    const index sample = row % batch;
    const Rows previous = previousState(gru, timesteps, batch, row / batch);
    return Factors{previous.at(sample),
                   gru.recurrentMask == nullptr ? nullptr : gru.recurrentMask + sample * gru.units, nullptr};
  };
  const auto resetRow = [&](index row) {
    Factors factors = stateRow(row);
    factors.reset = gru.gates + (row * 4 + 1) * gru.units;
    return factors;
  };
  if (gradients.kernel != nullptr) {
    weightGradient<3>(gru, gradients.kernel, gru.inputs, derivatives.input, 1, accumulate, inputRow, scratch, context);
  }
  if (gradients.recurrent != nullptr) {
    if (gru.mode == ResetMode::before) {
      weightGradient<2>(gru, gradients.recurrent, gru.units, derivatives.recurrent, 1, accumulate, stateRow, scratch,
                        context);
      weightGradient<1>(gru, gradients.recurrent, gru.units, derivatives.recurrent, 0, accumulate, resetRow, scratch,
                        context);
    } else {
      weightGradient<3>(gru, gradients.recurrent, gru.units, derivatives.recurrent, 0, accumulate, stateRow, scratch,
                        context);
    }
  }
  biasGradients(gru, gradients, derivatives.sums, context);
  gainGradient(gru, gradients.gain, derivatives.sums, accumulate, context);
}

}  // namespace KERNEL_NAMESPACE
