// The three products of the recurrence, over gate panels.
#pragma once

#include "gru.h"

namespace KERNEL_NAMESPACE {

// Panels multiplied together when a tile has so few rows that its sums alone would not keep the multipliers busy.
constexpr int32 panelGroup(index rows) { return rows == 1 ? 4 : rows == 2 ? 2 : 1; }

// Where the sums of a product over gate panels start from: what is there already, or one row for all, such as a bias.
struct Start {
  Panels panels;
  index row;  // elements between rows
};

inline Start startFrom(Panels panels) { return {panels, 4 * vectorLanes}; }

// out[panel][row] = start + a[row] * weights, for vectors first .. first+Vectors-1 of the panels in `range`; `weights` are
// packed by packWeights, and their first vector is the one that meets `first`.
template <int32 Vectors>
void multiplyWeights(Panels out, Start start, int32 first, Range range, index rows, Rows a, index depth,
                     const float* weights) {
  Product product;
  product.targetRow = 4 * vectorLanes;
  product.leftRow = a.stride;
  product.leftColumn = 1;
  product.leftBlock = product.leftTile = 0;
  product.rightRow = 3 * vectorLanes;
  product.rightPanel = depth * product.rightRow;
  product.rightBlock = 0;
  product.blocks = 1;
  product.targetPanel = out.stride;
  const auto run = [&](index panel, auto together) {
    product.start = start.panels.at(panel, 0) + first * vectorLanes;
    product.startRow = start.row;
    product.target = out.at(panel, 0) + first * vectorLanes;
    for (index k = 0; k < depth; k += depthBlock) {
      product.left = a.data + k;
      product.right = weights + panel * product.rightPanel + k * product.rightRow;
      product.count = depth - k < depthBlock ? depth - k : depthBlock;
      multiplyRows<decltype(together)::value, Vectors>(product, rows);
      product.start = product.target;
      product.startRow = product.targetRow;
    }
  };
  index panel = range.begin;
  // A tile that spans panels needs the start's panels as far apart as its own.
  if (start.panels.stride == out.stride && rows <= 2) {
    if (rows == 1) {
      for (; panel + 4 <= range.end; panel += 4) run(panel, Count<4>{});
    }
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
  Product product;
  product.startRow = product.targetRow = out.stride;
  product.targetPanel = product.rightPanel = 0;
  product.leftRow = 4 * vectorLanes;
  product.leftColumn = 1;
  product.leftBlock = a.stride;
  product.leftTile = 0;
  product.count = gates * vectorLanes;
  forEachColumnPanel((columns + vectorLanes - 1) / vectorLanes, [&](index firstVector, auto vectors) {
    constexpr int32 width = decltype(vectors)::value;
    const index column = firstVector * vectorLanes;
    product.rightRow = width * vectorLanes;
    product.rightBlock = 3 * vectorLanes * product.rightRow;
    product.start = product.target = out.data + column;
    for (index block = 0; block < panels; block += panelBlock) {
      product.left = a.at(block, 0) + first * vectorLanes;
      product.right = weights + column * depth + (block * 3 + gate) * vectorLanes * product.rightRow;
      product.blocks = panels - block < panelBlock ? panels - block : panelBlock;
      multiplyRows<1, width>(product, rows);
    }
  });
}

}  // namespace KERNEL_NAMESPACE
