#include "gru.h"

namespace KERNEL_NAMESPACE {

// Gates by columns are z, r, n (engine/ops/gru.ts).
static index gateColumn(const Gru& gru, bool candidateFirst, int32 position) {
  return index(candidateFirst ? (position + 2) % 3 : position) * gru.units;
}

void packWeights(const float* weights, index depth, const Gru& gru, bool candidateFirst, Range range, float* packed) {
  for (index panel = range.begin; panel < range.end; panel++) {
    const index lanes = gru.lanes(panel);
    float* target = packed + panel * depth * (3 * vectorLanes);
    for (index k = 0; k < depth; k++) {
      const float* source = weights + k * 3 * gru.units + panel * vectorLanes;
      for (int32 position = 0; position < 3; position++, target += vectorLanes) {
        store(target, loadPartial(source + gateColumn(gru, candidateFirst, position), lanes));
      }
    }
  }
}

void packTransposed(const float* weights, index rows, const Gru& gru, bool candidateFirst, Range range, float* packed) {
  const index panels = gru.panels();
  const index depth = panels * 3 * vectorLanes;
  forEachColumnPanel((rows + vectorLanes - 1) / vectorLanes, [&](index first, auto vectors) {
    if (first < range.begin || first >= range.end) return;
    constexpr index width = decltype(vectors)::value * vectorLanes;
    const index row = first * vectorLanes;
    float* target = packed + row * depth;
    for (index panel = 0; panel < panels; panel++) {
      const index lanes = gru.lanes(panel);
      for (int32 position = 0; position < 3; position++, target += vectorLanes * width) {
        const float* source =
            weights + row * 3 * gru.units + gateColumn(gru, candidateFirst, position) + panel * vectorLanes;
        for (index column = 0; column < width; column++) {
          const Vector values =
              row + column < rows ? loadPartial(source + column * 3 * gru.units, lanes) : Vector{};
          for (index lane = 0; lane < vectorLanes; lane++) target[lane * width + column] = values[lane];
        }
      }
    }
  });
}

}  // namespace KERNEL_NAMESPACE
