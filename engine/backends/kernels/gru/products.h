// The three products of the recurrence, over gate panels.
#pragma once

#include "gru.h"

namespace KERNEL_NAMESPACE {

// Panels multiplied together when a tile has so few rows that its sums alone would not keep the multipliers busy.
constexpr int32 panelGroup(index rows) { return rows == 1 ? 4 : rows == 2 ? 2 : 1; }

// out[panel][row] += a[row] * weights, for vectors first .. first+Vectors-1 of the panels in `range`; `weights` are
// packed by packWeights, and their first vector is the one that meets `first`.
template <int32 Vectors>
void multiplyWeights(Panels out, int32 first, Range range, index rows, Rows a, index depth, const float* weights) {
  constexpr index bRow = 3 * vectorLanes;
  const index bPanel = depth * bRow;
  const auto run = [&](index panel, auto together) {
    constexpr int32 group = decltype(together)::value;
    for (index k = 0; k < depth; k += depthBlock) {
      const index count = depth - k < depthBlock ? depth - k : depthBlock;
      forEachTile(rows, [&](index row, auto tile) {
        constexpr int32 height = decltype(tile)::value;
        if constexpr (height * group <= tileRows) {
        Vector sums[height][group * Vectors];
        float* target = out.at(panel, row) + first * vectorLanes;
#pragma GCC unroll 16
        for (int32 i = 0; i < height; i++) {
#pragma GCC unroll 16
          for (int32 v = 0; v < group * Vectors; v++) {
            sums[i][v] =
                load(target + v / Vectors * out.stride + i * (4 * vectorLanes) + v % Vectors * vectorLanes);
          }
        }
        multiply<height, group, Vectors>(sums, a.at(row) + k, a.stride, 1, weights + panel * bPanel + k * bRow, bPanel,
                                         bRow, count);
#pragma GCC unroll 16
        for (int32 i = 0; i < height; i++) {
#pragma GCC unroll 16
          for (int32 v = 0; v < group * Vectors; v++) {
            store(target + v / Vectors * out.stride + i * (4 * vectorLanes) + v % Vectors * vectorLanes, sums[i][v]);
          }
        }
        }
      });
    }
  };
  index panel = range.begin;
  if (rows == 1 && tileRows >= 4) {
    for (; panel + 4 <= range.end; panel += 4) run(panel, Count<4>{});
  }
  if (rows <= 2 && 2 * rows <= tileRows) {
    for (; panel + 2 <= range.end; panel += 2) run(panel, Count<2>{});
  }
  for (; panel < range.end; panel++) run(panel, Count<1>{});
}

// out[row][column] += sum over panels and `count` vectors of them, starting with vector `first`, of the panels' rows
// times the transposed weights packed by packTransposed, starting with its gate `gate`. `columns` need not fill the last
// vector. A row's sum runs over panels, gates and lanes in order.
inline void multiplyTransposed(Rows out, index columns, index rows, Panels a, index panels, int32 first, int32 count,
                               const float* weights, int32 gate) {
  const index depth = panels * 3 * vectorLanes;
  constexpr index panelBlock = depthBlock / (3 * vectorLanes) > 0 ? depthBlock / (3 * vectorLanes) : 1;
  forEachColumnPanel((columns + vectorLanes - 1) / vectorLanes, [&](index firstColumn, auto vectors) {
    constexpr int32 width = decltype(vectors)::value;
    const index column = firstColumn * vectorLanes;
    const index lastLanes = columns - column - (width - 1) * vectorLanes;
    for (index block = 0; block < panels; block += panelBlock) {
      const index end = block + panelBlock < panels ? block + panelBlock : panels;
      forEachTile(rows, [&](index row, auto tile) {
        constexpr int32 height = decltype(tile)::value;
        Vector sums[height][width];
        float* target = out.at(row) + column;
#pragma GCC unroll 16
        for (int32 i = 0; i < height; i++) {
          const float* source = target + i * out.stride;
#pragma GCC unroll 16
          for (int32 v = 0; v < width - 1; v++) sums[i][v] = load(source + v * vectorLanes);
          sums[i][width - 1] = loadPartial(source + (width - 1) * vectorLanes, lastLanes);
        }
        for (index panel = block; panel < end; panel++) {
          const float* b = weights + column * depth + (panel * 3 + gate) * (vectorLanes * width * vectorLanes);
          multiply<height, 1, width>(sums, a.at(panel, row) + first * vectorLanes, 4 * vectorLanes, 1, b, 0,
                                     width * vectorLanes, count * vectorLanes);
        }
#pragma GCC unroll 16
        for (int32 i = 0; i < height; i++) {
          float* result = target + i * out.stride;
#pragma GCC unroll 16
          for (int32 v = 0; v < width - 1; v++) store(result + v * vectorLanes, sums[i][v]);
          storePartial(result + (width - 1) * vectorLanes, sums[i][width - 1], lastLanes);
        }
      });
    }
  });
}

}  // namespace KERNEL_NAMESPACE
