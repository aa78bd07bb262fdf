#include "gradients.h"

#include "products.h"

namespace KERNEL_NAMESPACE {

void inputGradientOf(const Gru& gru, const Stretch& stretch, MatrixView gradient, bool accumulate,
                     const float* packedKernel, float* scratch, const Context& context) {
  const Range own = split(context, stretch.rows, tileRows);
  const index vectors = (gru.inputs + vectorLanes - 1) / vectorLanes;
  const Rows block = {scratch, vectors * vectorLanes};
  const Panels input = stretch.derivatives.input;
  for (index row = own.begin; row < own.end; row += inputBlockRows) {
    const index rows = own.end - row < inputBlockRows ? own.end - row : inputBlockRows;
    const Rows target = {rowsOf(gradient).at(stretch.firstRow + row), gradient.stride};
    for (index i = 0; i < rows; i++) {
      for (index v = 0; v < vectors; v++) {
        const index column = v * vectorLanes;
        const Vector value = accumulate ? loadPartial(target.at(i) + column, gru.inputs - column) : Vector{};
        store(block.at(i) + column, value);
      }
    }
    multiplyTransposed(block, gru.inputs, rows, {input.at(0, row), input.stride}, gru.panels(), 1, 3, packedKernel, 0);
    for (index i = 0; i < rows; i++) {
      for (index v = 0; v < vectors; v++) {
        const index column = v * vectorLanes;
        storePartial(target.at(i) + column, load(block.at(i) + column), gru.inputs - column);
      }
    }
  }
}

namespace {

// First column of the gate in each vector of the panels.
index gateColumn(const Gru& gru, int32 vector) { return index((vector + 2) % 3) * gru.units; }

// A row of a weight gradient's left factor: the elementwise product of up to three rows.
struct Factors {
  const float* values;
  const float* mask;   // or null
  const float* reset;  // or null
};

// [tile][k][tileRows] of columns [begin, end) of `count` rows; zeros beyond the last column.
template <class RowAt>
void packFactors(index begin, index end, index firstRow, index count, RowAt rowAt, float* packed) {
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

// Sums of one weight, for `vectors` of its gates beginning with that of vector `first`.
struct WeightSum {
  float* sums;
  index height;  // rows of the weight
  int32 first;
  int32 vectors;

  index paddedHeight() const { return roundUp(height, tileRows); }
  float* at(index panel, index row) const {
    return sums + (panel * paddedHeight() + row) * vectors * vectorLanes;
  }
};

WeightSum kernelSum(const Gru& gru, const GradientScratch& scratch) { return {scratch.kernel, gru.inputs, 1, 3}; }

WeightSum recurrentSum(const Gru& gru, const GradientScratch& scratch) {
  if (gru.mode == ResetMode::before) return {scratch.recurrent, gru.units, 1, 2};
  return {scratch.recurrent, gru.units, 0, 3};
}

// Only with ResetMode::before: the candidate's columns meet r * m instead of m.
WeightSum candidateSum(const Gru& gru, const GradientScratch& scratch) {
  const WeightSum others = recurrentSum(gru, scratch);
  return {others.at(gru.panels(), 0), gru.units, 0, 1};
}

template <class Function>
void forEachWeight(const Gru& gru, const GruGradients& gradients, const GradientScratch& scratch, Function function) {
  if (gradients.kernel != nullptr) function(kernelSum(gru, scratch), gradients.kernel);
  if (gradients.recurrent == nullptr) return;
  function(recurrentSum(gru, scratch), gradients.recurrent);
  if (gru.mode == ResetMode::before) function(candidateSum(gru, scratch), gradients.recurrent);
}

// sum[i, gates] += sum over rows of factor[row, i] * derivative[row, gate].
template <int32 Vectors, class RowAt>
void addProduct(const Gru& gru, WeightSum sum, Panels derivative, const Stretch& stretch, RowAt rowAt, float* factors,
                const Context& context) {
  const Range own = split(context, sum.height, tileRows);
  constexpr index wholeTiles = factorRows / tileRows * tileRows;
  for (index begin = own.begin; begin < own.end; begin += wholeTiles) {
    const index end = own.end - begin < wholeTiles ? own.end : begin + wholeTiles;
    for (index row = 0; row < stretch.rows; row += stretchRows) {
      const index count = stretch.rows - row < stretchRows ? stretch.rows - row : stretchRows;
      packFactors(begin, end, stretch.firstRow + row, count, rowAt, factors);
      Product product;
      product.startRow = product.targetRow = Vectors * vectorLanes;
      product.targetPanel = product.rightPanel = product.leftBlock = product.rightBlock = 0;
      product.left = factors;
      product.leftRow = 1;
      product.leftColumn = tileRows;
      product.leftTile = tileRows * count;
      product.rightRow = 4 * vectorLanes;
      product.count = count;
      product.blocks = 1;
      for (index panel = 0; panel < gru.panels(); panel++) {
        product.start = product.target = sum.at(panel, begin);
        product.right = derivative.at(panel, row) + sum.first * vectorLanes;
        multiplyTiles<tileRows, 1, Vectors>(product, 0, (end - begin + tileRows - 1) / tileRows);
      }
    }
  }
}

// [panel][4 vectors]: the two biases have the update and the reset gate's sums in common.
void addBiasSums(const Gru& gru, const Stretch& stretch, float* bias, const Context& context) {
  const Range own = split(context, gru.panels(), 1);
  for (index panel = own.begin; panel < own.end; panel++) {
    float* target = bias + panel * 4 * vectorLanes;
    Vector sums[4];
    for (int32 v = 0; v < 4; v++) sums[v] = load(target + v * vectorLanes);
    const float* values = stretch.derivatives.sums.at(panel, 0);
    for (index row = 0; row < stretch.rows; row++, values += 4 * vectorLanes) {
      for (int32 v = 0; v < 4; v++) sums[v] += load(values + v * vectorLanes);
    }
    for (int32 v = 0; v < 4; v++) store(target + v * vectorLanes, sums[v]);
  }
}

// [gate][padded units]: sum over rows of derivative * normalized value.
void addGainSums(const Gru& gru, const Stretch& stretch, float* gain, const Context& context) {
  const Range own = split(context, gru.panels(), 1);
  for (index panel = own.begin; panel < own.end; panel++) {
    const index lanes = gru.lanes(panel);
    for (int32 gate = 0; gate < 6; gate++) {
      const index vector = gate == 5 ? 0 : gate % 3 + 1;
      float* target = gain + (gate * gru.panels() + panel) * vectorLanes;
      Vector sum = load(target);
      for (index row = 0; row < stretch.rows; row++) {
        const float* normalized =
            gru.normalized + ((stretch.firstRow + row) * 6 + gate) * gru.units + panel * vectorLanes;
        const Vector derivative = load(stretch.derivatives.sums.at(panel, row) + vector * vectorLanes);
        sum = multiplyAdd(derivative, loadPartial(normalized, lanes), sum);
      }
      store(target, sum);
    }
  }
}

void writeVector(float* gradient, const float* sum, index lanes, bool accumulate) {
  const Vector value = load(sum);
  storePartial(gradient, accumulate ? loadPartial(gradient, lanes) + value : value, lanes);
}

}  // namespace

void clearWeightSums(const Gru& gru, const GruGradients& gradients, const GradientScratch& scratch,
                     const Context& context) {
  forEachWeight(gru, gradients, scratch, [&](WeightSum sum, float*) {
    const Range own = split(context, sum.paddedHeight(), tileRows);
    for (index panel = 0; panel < gru.panels(); panel++) {
      for (float* at = sum.at(panel, own.begin); at < sum.at(panel, own.end); at += vectorLanes) store(at, Vector{});
    }
  });
  const Range own = split(context, gru.panels(), 1);
  for (index panel = own.begin; panel < own.end; panel++) {
    for (index v = 0; v < 4; v++) store(scratch.bias + (panel * 4 + v) * vectorLanes, Vector{});
    for (index gate = 0; gradients.gain != nullptr && gate < 6; gate++) {
      store(scratch.gain + (gate * gru.panels() + panel) * vectorLanes, Vector{});
    }
  }
}

void addWeightSums(const Gru& gru, const Stretch& stretch, const GruGradients& gradients,
                   const GradientScratch& scratch, const Context& context) {
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
  const Derivatives& derivatives = stretch.derivatives;
  if (gradients.bias != nullptr || gradients.recurrentBias != nullptr) {
    addBiasSums(gru, stretch, scratch.bias, context);
  }
  if (gradients.gain != nullptr) addGainSums(gru, stretch, scratch.gain, context);
  if (gradients.kernel != nullptr) {
    addProduct<3>(gru, kernelSum(gru, scratch), derivatives.input, stretch, inputRow, scratch.factors, context);
  }
  if (gradients.recurrent == nullptr) return;
  const WeightSum sum = recurrentSum(gru, scratch);
  if (gru.mode == ResetMode::before) {
    addProduct<2>(gru, sum, derivatives.recurrent, stretch, stateRow, scratch.factors, context);
    addProduct<1>(gru, candidateSum(gru, scratch), derivatives.recurrent, stretch, resetRow, scratch.factors, context);
  } else {
    addProduct<3>(gru, sum, derivatives.recurrent, stretch, stateRow, scratch.factors, context);
  }
}

void writeWeightSums(const Gru& gru, const GruGradients& gradients, const GradientScratch& scratch,
                     const Context& context) {
  const bool accumulate = gradients.accumulate;
  forEachWeight(gru, gradients, scratch, [&](WeightSum sum, float* gradient) {
    const Range own = split(context, sum.height, tileRows);
    for (index row = own.begin; row < own.end; row++) {
      for (index panel = 0; panel < gru.panels(); panel++) {
        for (int32 v = 0; v < sum.vectors; v++) {
          float* target = gradient + row * 3 * gru.units + gateColumn(gru, sum.first + v) + panel * vectorLanes;
          writeVector(target, sum.at(panel, row) + v * vectorLanes, gru.lanes(panel), accumulate);
        }
      }
    }
  });
  const Range own = split(context, gru.panels(), 1);
  for (index panel = own.begin; panel < own.end; panel++) {
    const index unit = panel * vectorLanes;
    const auto writeBias = [&](float* gradient, int32 first) {
      for (int32 v = first; gradient != nullptr && v < first + 3; v++) {
        writeVector(gradient + gateColumn(gru, v) + unit, scratch.bias + (panel * 4 + v) * vectorLanes,
                    gru.lanes(panel), accumulate);
      }
    };
    writeBias(gradients.bias, 1);
    writeBias(gradients.recurrentBias, 0);
    for (index gate = 0; gradients.gain != nullptr && gate < 6; gate++) {
      writeVector(gradients.gain + gate * gru.units + unit, scratch.gain + (gate * gru.panels() + panel) * vectorLanes,
                  gru.lanes(panel), accumulate);
    }
  }
}

}  // namespace KERNEL_NAMESPACE
