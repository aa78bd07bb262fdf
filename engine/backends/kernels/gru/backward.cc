// The backward pass, one stretch of steps after the other. Each thread takes its own samples back through the stretch,
// which leaves the derivatives with respect to all sums; the gradients of weights and input are then products over all
// rows of the stretch (gradients.cc).
#include "gradients.h"
#include "normalization.h"
#include "products.h"

namespace KERNEL_NAMESPACE {

namespace {

struct Backward {
  Gru gru;
  MatrixView outputGradient;
  float* stateGradient;      // [T*B,H] for inspection, or null
  Derivatives derivatives;   // of the stretch that begins with row `firstRow`
  index firstRow;
  const float* recurrent;    // packed transposed
  Rows state;                // [B, padded H]: derivative with respect to the state, as it travels back
  Rows product;              // [B, padded H]: products that are not added to it as they are; or null
  index timesteps, batch, firstSample, samples;
};

Vector slopeAny(Activation activation, Vector value) {
  Vector result = {};
  withActivation(activation, [&](auto tag) { result = activationSlope<decltype(tag)::value>(value); });
  return result;
}

// Derivative of activation(limit(preactivation)) for one of the three gates of a row.
Vector slopeOf(const Gru& gru, Activation activation, Vector output, index row, int32 gate, index unit, index lanes) {
  if (gru.preactivations == nullptr) return slopeAny(activation, output);
  const Vector sum = loadPartial(gru.preactivations + (row * 3 + gate) * gru.units + unit, lanes);
  const Vector limited = maximum(minimum(sum, broadcast(gru.clip)), broadcast(-gru.clip));
  const Vector slope = slopeAny(activation, needsPreactivation(activation) ? limited : output);
  return select<Vector>(sum == limited, slope, Vector{});
}

// What one row of one step is made of. A copy of its own, since the compiler has to assume that stores change what `b`
// points to.
struct Cell {
  const float *outputGradient, *gates, *previous, *zoneoutMask;
  float *state, *stateGradient, *derivative;
  index panelStride;
  float zoneout;
};

// From the derivative of the state after step t to those of the sums, for one panel of one row; what the state passes on
// directly (the update gate, zoneout) stays in the state. With reset before the product, the reset gate waits for
// `resetGate`.
template <bool Standard, bool Whole>
KERNEL_INLINE void cellGates(const Gru& gru, const Cell& cell, index units, index row, index panel, index lanes) {
  const index unit = panel * vectorLanes;
  float* derivative = cell.derivative + panel * cell.panelStride;
  const Vector total = load(cell.state + unit) + loadLanes<Whole>(cell.outputGradient + unit, lanes);
  const Vector update = loadLanes<Whole>(cell.gates + unit, lanes);
  const Vector reset = loadLanes<Whole>(cell.gates + units + unit, lanes);
  const Vector candidate = loadLanes<Whole>(cell.gates + 2 * units + unit, lanes);
  const Vector recurrentPart = loadLanes<Whole>(cell.gates + 3 * units + unit, lanes);
  const Vector before = loadLanes<Whole>(cell.previous + unit, lanes);
  if (cell.stateGradient != nullptr) storeLanes<Whole>(cell.stateGradient + unit, total, lanes);
  Vector mixed = total;
  Vector keep = {};
  if (cell.zoneoutMask != nullptr) {
    keep = loadLanes<Whole>(cell.zoneoutMask + unit, lanes) * total;
    mixed = total - keep;
  } else if (cell.zoneout != 0.0f) {
    keep = cell.zoneout * total;
    mixed = total - keep;
  }
  store(cell.state + unit, multiplyAdd(mixed, update, keep));
  Vector updateSum = mixed * (before - candidate);
  Vector candidateSum = mixed * (1.0f - update);
  Vector resetSum, recurrentSum;
  if constexpr (Standard) {
    updateSum *= activationSlope<Activation::sigmoid>(update);
    candidateSum *= activationSlope<Activation::tanh>(candidate);
    resetSum = candidateSum * recurrentPart * activationSlope<Activation::sigmoid>(reset);
    recurrentSum = candidateSum * reset;
  } else {
    updateSum *= slopeOf(gru, gru.gateActivation, update, row, 0, unit, lanes);
    candidateSum *= slopeOf(gru, gru.candidateActivation, candidate, row, 2, unit, lanes);
    const Vector resetSlope = slopeOf(gru, gru.gateActivation, reset, row, 1, unit, lanes);
    const bool after = gru.mode != ResetMode::before;
    resetSum = after ? candidateSum * recurrentPart * resetSlope : Vector{};
    recurrentSum = after ? candidateSum * reset : candidateSum;
  }
  store(derivative, recurrentSum);
  store(derivative + vectorLanes, updateSum);
  store(derivative + 2 * vectorLanes, resetSum);
  store(derivative + 3 * vectorLanes, candidateSum);
}

// A padded step passes the whole derivative on.
void skipRow(const Backward& b, index row, index sample) {
  const Gru& gru = b.gru;
  for (index panel = 0; panel < gru.panels(); panel++) {
    const index lanes = gru.lanes(panel);
    const index unit = panel * vectorLanes;
    float* state = b.state.at(sample) + unit;
    const Vector total = load(state) + loadPartial(rowsOf(b.outputGradient).at(row) + unit, lanes);
    if (b.stateGradient != nullptr) storePartial(b.stateGradient + row * gru.units + unit, total, lanes);
    store(state, total);
    for (index v = 0; v < 4; v++) store(b.derivatives.sums.at(panel, row - b.firstRow) + v * vectorLanes, Vector{});
  }
}

template <bool Standard>
void stepGates(const Backward& b, index t) {
  const Gru& gru = b.gru;
  const index units = gru.units;
  const Rows previous = previousState(gru, b.timesteps, b.batch, t);
  const index whole = units / vectorLanes;
  const index rest = units % vectorLanes;
  for (index sample = b.firstSample; sample < b.firstSample + b.samples; sample++) {
    const index row = t * b.batch + sample;
    if (padded(gru, t, sample)) {
      skipRow(b, row, sample);
      continue;
    }
    const Cell cell = {rowsOf(b.outputGradient).at(row),
                       gru.gates + row * 4 * units,
                       previous.at(sample),
                       gru.zoneoutMask == nullptr ? nullptr : gru.zoneoutMask + row * units,
                       b.state.at(sample),
                       b.stateGradient == nullptr ? nullptr : b.stateGradient + row * units,
                       b.derivatives.sums.at(0, row - b.firstRow),
                       b.derivatives.sums.stride,
                       gru.zoneout};
    for (index panel = 0; panel < whole; panel++) {
      cellGates<Standard, true>(gru, cell, units, row, panel, vectorLanes);
    }
    if (rest != 0) cellGates<Standard, false>(gru, cell, units, row, whole, rest);
  }
}

void normalizeBackward(const Backward& b, Panels result, index t, int32 firstGate, int32 gates) {
  if (!b.gru.normalization) return;
  for (index sample = b.firstSample; sample < b.firstSample + b.samples; sample++) {
    const index row = t * b.batch + sample;
    for (int32 gate = firstGate; gate < firstGate + gates; gate++) {
      normalizeGateBackward(b.gru, b.derivatives.sums, result, row - b.firstRow, gate, row);
    }
  }
}

// Derivatives of this thread's samples at step t.
Panels ownRows(const Backward& b, Panels panels, index t) {
  return {panels.at(0, t * b.batch + b.firstSample - b.firstRow), panels.stride};
}

void clearProduct(const Backward& b) {
  for (index sample = b.firstSample; sample < b.firstSample + b.samples; sample++) {
    for (index panel = 0; panel < b.gru.panels(); panel++) store(b.product.at(sample) + panel * vectorLanes, Vector{});
  }
}

// Reset before the product: (r * m) U_n gives r its derivative, and m a part of its own, left in b.product.
void resetGate(const Backward& b, index t) {
  const Gru& gru = b.gru;
  normalizeBackward(b, b.derivatives.recurrent, t, 5, 1);
  clearProduct(b);
  multiplyTransposed({b.product.at(b.firstSample), b.product.stride}, gru.units, b.samples,
                     ownRows(b, b.derivatives.recurrent, t), gru.panels(), 0, 1, b.recurrent, 0);
  const Rows previous = previousState(gru, b.timesteps, b.batch, t);
  for (index sample = b.firstSample; sample < b.firstSample + b.samples; sample++) {
    const index row = t * b.batch + sample;
    if (padded(gru, t, sample)) continue;
    for (index panel = 0; panel < gru.panels(); panel++) {
      const index lanes = gru.lanes(panel);
      const index unit = panel * vectorLanes;
      float* product = b.product.at(sample) + unit;
      const Vector reset = loadPartial(gru.gates + (row * 4 + 1) * gru.units + unit, lanes);
      Vector state = loadPartial(previous.at(sample) + unit, lanes);
      if (gru.recurrentMask != nullptr) state *= loadPartial(gru.recurrentMask + sample * gru.units + unit, lanes);
      const Vector slope = slopeOf(gru, gru.gateActivation, reset, row, 1, unit, lanes);
      store(b.derivatives.sums.at(panel, row - b.firstRow) + 2 * vectorLanes, load(product) * state * slope);
      store(product, load(product) * reset);
    }
  }
}

// Adds what the state received through the products with U.
void stepState(const Backward& b, index t) {
  const Gru& gru = b.gru;
  const Panels derivative = ownRows(b, b.derivatives.recurrent, t);
  const bool before = gru.mode == ResetMode::before;
  const Rows own = {b.state.at(b.firstSample), b.state.stride};
  if (b.product.data == nullptr) {
    multiplyTransposed(own, gru.units, b.samples, derivative, gru.panels(), 0, 3, b.recurrent, 0);
    return;
  }
  const Rows product = {b.product.at(b.firstSample), b.product.stride};
  if (!before) clearProduct(b);
  multiplyTransposed(product, gru.units, b.samples, derivative, gru.panels(), before ? 1 : 0, before ? 2 : 3,
                     b.recurrent, before ? 1 : 0);
  for (index sample = 0; sample < b.samples; sample++) {
    for (index panel = 0; panel < gru.panels(); panel++) {
      const index unit = panel * vectorLanes;
      Vector value = load(product.at(sample) + unit);
      if (gru.recurrentMask != nullptr) {
        const float* mask = gru.recurrentMask + (b.firstSample + sample) * gru.units + unit;
        value *= loadPartial(mask, gru.lanes(panel));
      }
      store(own.at(sample) + unit, load(own.at(sample) + unit) + value);
    }
  }
}

// Takes this thread's samples back through the steps [begin, end), in the order of the recurrence.
template <bool Standard>
void walk(const Backward& b, index begin, index end) {
  const Gru& gru = b.gru;
  for (index i = 0; i < end - begin; i++) {
    const index t = gru.reverse ? begin + i : end - 1 - i;
    stepGates<Standard>(b, t);
    if (gru.mode == ResetMode::before) {
      resetGate(b, t);
      normalizeBackward(b, b.derivatives.recurrent, t, 3, 2);
    } else {
      normalizeBackward(b, b.derivatives.recurrent, t, 3, 3);
    }
    normalizeBackward(b, b.derivatives.input, t, 0, 3);
    stepState(b, t);
  }
}

void startState(const Backward& b, MatrixView finalStateGradient) {
  for (index sample = b.firstSample; sample < b.firstSample + b.samples; sample++) {
    for (index panel = 0; panel < b.gru.panels(); panel++) {
      const index unit = panel * vectorLanes;
      const Vector value = finalStateGradient.data == nullptr
                               ? Vector{}
                               : loadPartial(rowsOf(finalStateGradient).at(sample) + unit, b.gru.lanes(panel));
      store(b.state.at(sample) + unit, value);
    }
  }
}

// Rows are overwritten; a shared state is a weight, so its gradient is the sum over samples and may accumulate.
void initialGradient(const Backward& b, MatrixView gradient, bool accumulate, const Context& context) {
  if (gradient.data == nullptr) return;
  const Range units = split(context, b.gru.units, 1);
  for (index unit = units.begin; unit < units.end; unit++) {
    float total = gradient.stride == 0 && accumulate ? gradient.data[unit] : 0.0f;
    for (index sample = 0; sample < b.batch; sample++) {
      const float value = b.state.at(sample)[unit];
      if (gradient.stride != 0) rowsOf(gradient).at(sample)[unit] = value;
      total += value;
    }
    if (gradient.stride == 0) gradient.data[unit] = total;
  }
}

}  // namespace

void gru_backward(Reader& reader, const Context& context) {
  Backward b;
  b.gru = readGru(reader);
  const Gru& gru = b.gru;
  const index panels = gru.panels();
  const index paddedUnits = panels * vectorLanes;
  b.outputGradient = reader.matrix();
  const MatrixView finalStateGradient = reader.matrix();
  const MatrixView inputGradient = reader.matrix();
  const bool accumulateInput = reader.flag();
  GruGradients gradients;
  gradients.kernel = reader.floats();
  gradients.recurrent = reader.floats();
  gradients.bias = reader.floats();
  gradients.recurrentBias = reader.floats();
  gradients.gain = reader.floats();
  gradients.accumulate = reader.flag();
  const MatrixView initialStateGradient = reader.matrix();
  b.stateGradient = reader.floats();
  b.timesteps = context.timesteps;
  b.batch = context.batch;

  float* recurrent = reader.floats();
  float* kernel = reader.floats();
  // Two stretches, so that one is filled while other threads still read the one before.
  const index steps = b.batch < stretchRows ? stretchRows / (b.batch > 0 ? b.batch : 1) : 1;
  const index stride = panelStride(steps * b.batch);
  Derivatives buffers[2];
  for (Derivatives& buffer : buffers) {
    buffer.sums = {reader.floats(), stride};
    buffer.input = gru.normalization ? Panels{reader.floats(), stride} : buffer.sums;
    buffer.recurrent = gru.normalization ? Panels{reader.floats(), stride} : buffer.sums;
  }
  b.state = {reader.floats(), paddedUnits};
  const bool needsProduct = gru.mode == ResetMode::before || gru.recurrentMask != nullptr;
  b.product = {needsProduct ? reader.floats() : nullptr, paddedUnits};
  GradientScratch scratch;
  scratch.kernel = reader.floats();
  scratch.recurrent = reader.floats();
  scratch.bias = reader.floats();
  scratch.gain = reader.floats();
  scratch.factors = reader.floats() + context.thread * (factorRows * stretchRows);
  scratch.input = reader.floats() + context.thread * index(reader.integer());

  if (context.thread == 0) prepareInitialState(gru);
  b.recurrent = recurrent;
  packTransposed(gru.recurrent, gru.units, gru, true, split(context, panels, 1), recurrent);
  if (inputGradient.data != nullptr) {
    const index inputVectors = (gru.inputs + vectorLanes - 1) / vectorLanes;
    packTransposed(gru.kernel, gru.inputs, gru, false, split(context, inputVectors, 1), kernel);
  }
  const Range own = split(context, context.batch, 1);
  b.firstSample = own.begin;
  b.samples = own.end - own.begin;
  startState(b, finalStateGradient);
  clearWeightSums(gru, gradients, scratch, context);
  context.barrier(context);

  for (index walked = 0; walked < b.timesteps; walked += steps) {
    const index count = b.timesteps - walked < steps ? b.timesteps - walked : steps;
    const index begin = gru.reverse ? walked : b.timesteps - walked - count;
    b.derivatives = buffers[walked / steps % 2];
    b.firstRow = begin * b.batch;
    if (b.samples > 0) {
      if (gru.standard()) {
        walk<true>(b, begin, begin + count);
      } else {
        walk<false>(b, begin, begin + count);
      }
    }
    context.barrier(context);
    const Stretch stretch = {b.derivatives, b.firstRow, count * b.batch};
    if (inputGradient.data != nullptr) {
      inputGradientOf(gru, stretch, inputGradient, accumulateInput, kernel, scratch.input, context);
    }
    addWeightSums(gru, stretch, gradients, scratch, context);
  }
  writeWeightSums(gru, gradients, scratch, context);
  initialGradient(b, initialStateGradient, gradients.accumulate, context);
}

}  // namespace KERNEL_NAMESPACE
