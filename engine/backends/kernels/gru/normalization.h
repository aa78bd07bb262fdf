// Layer normalization (Ba et al. 2016) of one gate of one row of gate panels, forward and backward.
#pragma once

#include "gru.h"

namespace KERNEL_NAMESPACE {

inline constexpr float normalizationEpsilon = 1e-5f;

// What belongs to one gate: 0..2 are z, r, n of the input part, 3..5 of the recurrent part.
struct NormalizedGate {
  const float* gain;
  float* values;            // normalized values before the gain, or null where nobody needs them
  float* inverseDeviation;  // or null
};

inline NormalizedGate normalizedGate(const Gru& gru, int32 gate, index row) {
  return {gru.gain + gate * gru.units,
          gru.normalized == nullptr ? nullptr : gru.normalized + (row * 6 + gate) * gru.units,
          gru.inverseDeviation == nullptr ? nullptr : gru.inverseDeviation + row * 6 + gate};
}

// Vector of the gate panels that holds a gate: z 1, r 2; n 3 in the input part and 0 in the recurrent part.
constexpr int32 vectorOfGate(int32 gate) { return gate == 5 ? 0 : gate % 3 + 1; }

inline void normalizeGate(const Gru& gru, Panels values, index panelRow, int32 gate, index row) {
  const NormalizedGate target = normalizedGate(gru, gate, row);
  const index offset = vectorOfGate(gate) * vectorLanes;
  Vector total = {};
  for (index panel = 0; panel < gru.panels(); panel++) total += load(values.at(panel, panelRow) + offset);
  const float mean = sumLanes(total) / float(gru.units);
  Vector squares = {};
  for (index panel = 0; panel < gru.panels(); panel++) {
    const index lanes = gru.lanes(panel);
    float* place = values.at(panel, panelRow) + offset;
    float centered[vectorLanes];
    store(centered, load(place) - mean);
    const Vector value = loadPartial(centered, lanes);
    squares = multiplyAdd(value, value, squares);
    store(place, value);
  }
  const float variance = sumLanes(squares) / float(gru.units);
  const float inverse = 1.0f / __builtin_sqrtf(variance + normalizationEpsilon);
  if (target.inverseDeviation != nullptr) *target.inverseDeviation = inverse;
  for (index panel = 0; panel < gru.panels(); panel++) {
    const index lanes = gru.lanes(panel);
    const index unit = panel * vectorLanes;
    float* place = values.at(panel, panelRow) + offset;
    const Vector value = load(place) * inverse;
    if (target.values != nullptr) storePartial(target.values + unit, value, lanes);
    store(place, value * loadPartial(target.gain + unit, lanes));
  }
}

// From derivatives with respect to the normalized and scaled values to those with respect to the sums.
inline void normalizeGateBackward(const Gru& gru, Panels derivative, Panels result, index panelRow, int32 gate,
                                  index row) {
  const NormalizedGate saved = normalizedGate(gru, gate, row);
  const index offset = vectorOfGate(gate) * vectorLanes;
  Vector total = {};
  Vector projected = {};
  for (index panel = 0; panel < gru.panels(); panel++) {
    const index lanes = gru.lanes(panel);
    const index unit = panel * vectorLanes;
    const Vector scaled = load(derivative.at(panel, panelRow) + offset) * loadPartial(saved.gain + unit, lanes);
    total += scaled;
    projected = multiplyAdd(scaled, loadPartial(saved.values + unit, lanes), projected);
  }
  const float mean = sumLanes(total) / float(gru.units);
  const float meanProjected = sumLanes(projected) / float(gru.units);
  for (index panel = 0; panel < gru.panels(); panel++) {
    const index lanes = gru.lanes(panel);
    const index unit = panel * vectorLanes;
    const Vector scaled = load(derivative.at(panel, panelRow) + offset) * loadPartial(saved.gain + unit, lanes);
    const Vector centered = scaled - mean;
    const Vector value = centered - loadPartial(saved.values + unit, lanes) * meanProjected;
    store(result.at(panel, panelRow) + offset, value * *saved.inverseDeviation);
  }
}

}  // namespace KERNEL_NAMESPACE
