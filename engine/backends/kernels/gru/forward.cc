// The forward pass. Each thread takes its own samples through the whole sequence, so there is no barrier between steps.
#include "normalization.h"
#include "products.h"

namespace KERNEL_NAMESPACE {

namespace {

struct Forward {
  Gru gru;
  const float *kernel, *recurrent;  // packed
  Panels bias;                      // one row: what the sums start from (added later with normalization)
  Panels sums;                      // of this thread's samples, for a chunk of steps
  Panels recurrentSums;             // with normalization: m U, before it is joined to `sums`
  Rows masked;                      // this thread's state times the recurrent mask, if there is one
  Rows reset;                       // r * m, for ResetMode::before
  index timesteps, batch, firstSample, samples;

  // States of this thread's samples before step t; one step beyond the last, those after it.
  Rows previous(index t) const {
    const Rows all = previousState(gru, timesteps, batch, t);
    return {all.at(firstSample), all.stride};
  }
};

// Rows of the sums that a thread with few samples keeps: it projects the input of several steps at once.
constexpr index chunkRows = 32;

float lane(const float* values, index at) { return values == nullptr ? 0.0f : values[at]; }

void packBias(const Gru& gru, float* packed) {
  const index units = gru.units;
  for (index panel = 0; panel < gru.panels(); panel++, packed += 4 * vectorLanes) {
    for (index i = 0; i < vectorLanes; i++) {
      const index unit = panel * vectorLanes + i;
      const bool exists = unit < units;
      packed[i] = exists ? lane(gru.recurrentBias, 2 * units + unit) : 0.0f;
      packed[vectorLanes + i] = exists ? lane(gru.bias, unit) + lane(gru.recurrentBias, unit) : 0.0f;
      packed[2 * vectorLanes + i] = exists ? lane(gru.bias, units + unit) + lane(gru.recurrentBias, units + unit) : 0.0f;
      packed[3 * vectorLanes + i] = exists ? lane(gru.bias, 2 * units + unit) : 0.0f;
    }
  }
}

KERNEL_INLINE Vector limit(Vector value, float clip) {
  return maximum(minimum(value, broadcast(clip)), broadcast(-clip));
}

Vector activateAny(Activation activation, Vector value) {
  Vector result = {};
  withActivation(activation, [&](auto tag) { result = activate<decltype(tag)::value>(value); });
  return result;
}

// bias + x W for the steps [begin, end), all of them in one product where rows follow each other in memory.
void projectInput(const Forward& f, index begin, index end) {
  const Gru& gru = f.gru;
  const index rows = (end - begin) * f.samples;
  // The candidate's recurrent part starts from its bias; so do the other sums, unless they are normalized first.
  for (index panel = 0; panel < gru.panels(); panel++) {
    const Vector bias = load(f.bias.at(panel, 0));
    float* target = f.sums.at(panel, 0);
    for (index row = 0; row < rows; row++, target += 4 * vectorLanes) {
      store(target, gru.normalization ? Vector{} : bias);
      for (index v = 1; gru.normalization && v < 4; v++) store(target + v * vectorLanes, Vector{});
    }
  }
  const Rows input = rowsOf(gru.input);
  const Rows own = {input.at(begin * f.batch + f.firstSample), f.samples == 1 ? f.batch * input.stride : input.stride};
  const Start start = gru.normalization ? startFrom(f.sums) : Start{f.bias, 0};
  multiplyWeights<3>(f.sums, start, 1, {0, gru.panels()}, rows, own, gru.inputs, f.kernel);
  if (!gru.normalization) return;
  for (index row = 0; row < rows; row++) {
    const index step = begin + row / f.samples;
    const index sequenceRow = step * f.batch + f.firstSample + row % f.samples;
    for (int32 gate = 0; gate < 3; gate++) normalizeGate(gru, f.sums, row, gate, sequenceRow);
  }
  for (index panel = 0; panel < gru.panels(); panel++) {
    const float* bias = f.bias.at(panel, 0);
    float* target = f.sums.at(panel, 0);
    for (index row = 0; row < rows; row++, target += 4 * vectorLanes) {
      for (index v = 0; v < 4; v++) {
        store(target + v * vectorLanes, load(target + v * vectorLanes) + load(bias + v * vectorLanes));
      }
    }
  }
}

// From the sums of one step to its gates and state, for one panel. Two passes over the rows: in each, the long chains of
// the activations of several rows run side by side.
template <bool Standard, bool Whole>
void finishPanel(const Forward& f, Panels sums, index panel, index t) {
  const Gru& gru = f.gru;
  const index units = gru.units;
  const index lanes = gru.lanes(panel);
  const index unit = panel * vectorLanes;
  const index firstRow = t * f.batch + f.firstSample;
  const Rows gates = {gru.gates == nullptr ? nullptr : gru.gates + unit, 4 * units};
  const Rows preactivations = {gru.preactivations == nullptr ? nullptr : gru.preactivations + unit, 3 * units};
  // Copies, since the compiler has to assume that stores change what `f` refers to.
  const index samples = f.samples;
  const int32* lengths = gru.lengths == nullptr ? nullptr : gru.lengths + f.firstSample;
  const float* zoneoutMask = gru.zoneoutMask == nullptr ? nullptr : gru.zoneoutMask + unit;
  const float zoneout = gru.zoneout;

  for (index sample = 0; sample < samples; sample++) {
    const index row = firstRow + sample;
    float* sum = sums.at(panel, sample);
    const Vector recurrentPart = load(sum);
    Vector update = load(sum + vectorLanes);
    Vector reset = load(sum + 2 * vectorLanes);
    Vector candidate = load(sum + 3 * vectorLanes);
    if constexpr (Standard) {
      update = sigmoid(update);
      reset = sigmoid(reset);
      candidate = multiplyAdd(reset, recurrentPart, candidate);
    } else {
      if (preactivations.data != nullptr) {
        storeLanes<Whole>(preactivations.at(row), update, lanes);
        storeLanes<Whole>(preactivations.at(row) + units, reset, lanes);
      }
      update = activateAny(gru.gateActivation, limit(update, gru.clip));
      reset = activateAny(gru.gateActivation, limit(reset, gru.clip));
      candidate = gru.mode == ResetMode::before ? candidate + recurrentPart
                                                : multiplyAdd(reset, recurrentPart, candidate);
      if (preactivations.data != nullptr) storeLanes<Whole>(preactivations.at(row) + 2 * units, candidate, lanes);
    }
    store(sum + vectorLanes, update);
    store(sum + 3 * vectorLanes, candidate);
    if (gates.data != nullptr) {
      storeLanes<Whole>(gates.at(row), update, lanes);
      storeLanes<Whole>(gates.at(row) + units, reset, lanes);
      storeLanes<Whole>(gates.at(row) + 3 * units, recurrentPart, lanes);
    }
  }

  const Rows previous = f.previous(t);
  const Rows output = rowsOf(gru.output);
  for (index sample = 0; sample < samples; sample++) {
    const index row = firstRow + sample;
    const float* sum = sums.at(panel, sample);
    const Vector update = load(sum + vectorLanes);
    Vector candidate = load(sum + 3 * vectorLanes);
    candidate = Standard ? tanh(candidate) : activateAny(gru.candidateActivation, limit(candidate, gru.clip));
    const Vector before = loadLanes<Whole>(previous.at(sample) + unit, lanes);
    Vector state = multiplyAdd(update, before - candidate, candidate);
    if (zoneoutMask != nullptr) {
      const Vector keep = loadLanes<Whole>(zoneoutMask + row * units, lanes);
      state = multiplyAdd(keep, before - state, state);
    } else if (zoneout != 0.0f) {
      state = multiplyAdd(broadcast(zoneout), before - state, state);
    }
    if (lengths != nullptr && t >= lengths[sample]) state = before;
    storeLanes<Whole>(output.at(row) + unit, state, lanes);
    if (gates.data != nullptr) storeLanes<Whole>(gates.at(row) + 2 * units, candidate, lanes);
  }
}

template <bool Standard>
void finishStep(const Forward& f, Panels sums, Range range, index t) {
  for (index panel = range.begin; panel < range.end; panel++) {
    if (f.gru.lanes(panel) == vectorLanes) {
      finishPanel<Standard, true>(f, sums, panel, t);
    } else {
      finishPanel<Standard, false>(f, sums, panel, t);
    }
  }
}

// r * m, as the reset gate of this step makes it.
void resetState(const Forward& f, Panels sums, Rows state) {
  const Gru& gru = f.gru;
  for (index panel = 0; panel < gru.panels(); panel++) {
    const index unit = panel * vectorLanes;
    for (index sample = 0; sample < f.samples; sample++) {
      const Vector sum = load(sums.at(panel, sample) + 2 * vectorLanes);
      const Vector reset = activateAny(gru.gateActivation, limit(sum, gru.clip));
      const Vector value = reset * loadPartial(state.at(sample) + unit, gru.lanes(panel));
      storePartial(f.reset.at(sample) + unit, value, gru.lanes(panel));
    }
  }
}

// Adds the recurrent part by whole rows: reset before the product, or normalization, need a row's gates at once.
void addRecurrent(const Forward& f, Panels sums, Rows state, index t) {
  const Gru& gru = f.gru;
  const Range all = {0, gru.panels()};
  const index row = t * f.batch + f.firstSample;
  const Panels target = gru.normalization ? f.recurrentSums : sums;
  const bool before = gru.mode == ResetMode::before;
  if (gru.normalization) {
    for (index panel = 0; panel < gru.panels(); panel++) {
      float* place = target.at(panel, 0);
      for (index i = 0; i < f.samples * 4; i++) store(place + i * vectorLanes, Vector{});
    }
  }
  const auto normalize = [&](int32 gate) {
    const index offset = vectorOfGate(gate) * vectorLanes;
    for (index sample = 0; sample < f.samples; sample++) {
      normalizeGate(gru, target, sample, gate, row + sample);
      for (index panel = 0; panel < gru.panels(); panel++) {
        float* place = sums.at(panel, sample) + offset;
        store(place, load(place) + load(target.at(panel, sample) + offset));
      }
    }
  };
  if (before) {
    multiplyWeights<2>(target, startFrom(target), 1, all, f.samples, state, gru.units, f.recurrent + vectorLanes);
  } else {
    multiplyWeights<3>(target, startFrom(target), 0, all, f.samples, state, gru.units, f.recurrent);
  }
  if (gru.normalization) {
    normalize(3);
    normalize(4);
  }
  if (before) {
    resetState(f, sums, state);
    multiplyWeights<1>(target, startFrom(target), 0, all, f.samples, f.reset, gru.units, f.recurrent);
  }
  if (gru.normalization) normalize(5);
}

template <bool Standard>
void walk(const Forward& f) {
  const Gru& gru = f.gru;
  const index panels = gru.panels();
  const index group = panelGroup(f.samples);
  // Few samples: the input of several steps is projected together. Rows must then be evenly spaced in memory.
  const bool together = f.samples < tileRows && (f.samples == 1 || f.samples == f.batch);
  const index chunk = together ? chunkRows / f.samples : 1;
  for (index walked = 0; walked < f.timesteps; walked += chunk) {
    const index steps = f.timesteps - walked < chunk ? f.timesteps - walked : chunk;
    const index begin = gru.reverse ? f.timesteps - walked - steps : walked;
    projectInput(f, begin, begin + steps);
    for (index i = 0; i < steps; i++) {
      const index t = gru.reverse ? begin + steps - 1 - i : begin + i;
      const Panels sums = {f.sums.at(0, (t - begin) * f.samples), f.sums.stride};
      Rows state = f.previous(t);
      if (f.masked.data != nullptr) {
        for (index sample = 0; sample < f.samples; sample++) {
          const float* mask = gru.recurrentMask + (f.firstSample + sample) * gru.units;
          for (index unit = 0; unit < gru.units; unit++) {
            f.masked.at(sample)[unit] = state.at(sample)[unit] * mask[unit];
          }
        }
        state = f.masked;
      }
      if (gru.normalization || gru.mode == ResetMode::before) {
        addRecurrent(f, sums, state, t);
        finishStep<Standard>(f, sums, {0, panels}, t);
      } else {
        for (index panel = 0; panel < panels; panel += group) {
          const Range range = {panel, panel + group < panels ? panel + group : panels};
          multiplyWeights<3>(sums, startFrom(sums), 0, range, f.samples, state, gru.units, f.recurrent);
          finishStep<Standard>(f, sums, range, t);
        }
      }
    }
  }
}

}  // namespace

void gru_forward(Reader& reader, const Context& context) {
  Forward f;
  f.gru = readGru(reader);
  const Gru& gru = f.gru;
  const index panels = gru.panels();
  float* kernel = reader.floats();
  float* recurrent = reader.floats();
  float* bias = reader.floats();
  const index threadElements = reader.integer();
  const index paddedUnits = panels * vectorLanes;

  if (context.thread == 0) {
    prepareInitialState(gru);
    packBias(gru, bias);
  }
  const Range packed = split(context, panels, 1);
  packWeights(gru.kernel, gru.inputs, gru, false, packed, kernel);
  packWeights(gru.recurrent, gru.units, gru, true, packed, recurrent);
  context.barrier(context);

  const Range own = split(context, context.batch, 1);
  f.kernel = kernel;
  f.recurrent = recurrent;
  f.bias = {bias, 4 * vectorLanes};
  f.timesteps = context.timesteps;
  f.batch = context.batch;
  f.firstSample = own.begin;
  f.samples = own.end - own.begin;
  if (f.samples == 0) return;

  float* scratch = reader.floats() + context.thread * threadElements;
  const auto take = [&](index elements) {
    float* taken = scratch;
    scratch += elements;
    return taken;
  };
  const index rows = f.samples > chunkRows ? f.samples : chunkRows;
  f.sums = {take(panels * panelStride(rows)), panelStride(rows)};
  f.recurrentSums = {};
  f.masked = {};
  f.reset = {};
  if (gru.normalization) f.recurrentSums = {take(panels * panelStride(f.samples)), panelStride(f.samples)};
  if (gru.recurrentMask != nullptr) f.masked = {take(f.samples * paddedUnits), paddedUnits};
  if (gru.mode == ResetMode::before) f.reset = {take(f.samples * paddedUnits), paddedUnits};

  if (gru.standard()) {
    walk<true>(f);
  } else {
    walk<false>(f);
  }
  if (gru.final.data != nullptr) {
    const Rows last = f.previous(gru.reverse ? -1 : f.timesteps);
    for (index sample = 0; sample < f.samples; sample++) {
      float* target = rowsOf(gru.final).at(f.firstSample + sample);
      for (index unit = 0; unit < gru.units; unit++) target[unit] = last.at(sample)[unit];
    }
  }
}

}  // namespace KERNEL_NAMESPACE
