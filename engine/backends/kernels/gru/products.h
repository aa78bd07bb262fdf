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
          multiplyTile<height, group, Vectors>(
              {out.at(panel, row) + first * vectorLanes, 4 * vectorLanes, out.stride}, {a.at(row) + k, a.stride, 1, 0},
              {weights + panel * bPanel + k * bRow, bPanel, bRow, 0}, count, 1);
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

// out[row][column] += sum over panels and `gates` vectors of them, starting with vector `first`, of the panels' rows
// times the transposed weights packed by packTransposed, starting with their gate `gate`. Columns up to the end of the
// last vector are written. A row's sum runs over panels, gates and lanes in order.
inline void multiplyTransposed(Rows out, index columns, index rows, Panels a, index panels, int32 first, int32 gates,
                               const float* weights, int32 gate) {
  const index depth = panels * 3 * vectorLanes;
  constexpr index panelBlock = depthBlock / (3 * vectorLanes) > 0 ? depthBlock / (3 * vectorLanes) : 1;
  forEachColumnPanel((columns + vectorLanes - 1) / vectorLanes, [&](index firstVector, auto vectors) {
    constexpr int32 width = decltype(vectors)::value;
    constexpr index bRow = width * vectorLanes;
    const index column = firstVector * vectorLanes;
    for (index block = 0; block < panels; block += panelBlock) {
      const index blocks = panels - block < panelBlock ? panels - block : panelBlock;
      const float* b = weights + column * depth + (block * 3 + gate) * vectorLanes * bRow;
      forEachTile(rows, [&](index row, auto tile) {
        constexpr int32 height = decltype(tile)::value;
        multiplyTile<height, 1, width>({out.at(row) + column, out.stride, 0},
                                       {a.at(block, row) + first * vectorLanes, 4 * vectorLanes, 1, a.stride},
                                       {b, 0, bRow, 3 * vectorLanes * bRow}, gates * vectorLanes, blocks);
      });
    }
  });
}

}  // namespace KERNEL_NAMESPACE
