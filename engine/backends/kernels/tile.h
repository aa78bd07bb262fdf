// The register tile that every matrix product here is made of.
#pragma once

#include "vector.h"

namespace KERNEL_NAMESPACE {

// Vectors in the columns of a full tile: three, so that a tile holds the three gates of the same units.
inline constexpr int32 tileVectors = 3;

// Rows times panels of the largest tile that is compiled. Never below four, since one or two rows go with four or two panels.
inline constexpr int32 mostTileRows = tileRows < 4 ? 4 : tileRows;

// Holds a vector in a register. Without it compilers read the columns again for every row, as operands of the
// multiply-adds, and the loads become what limits the loop.
KERNEL_INLINE Vector held(Vector value) {
#if defined(__x86_64__)
  asm("" : "+x"(value));
#elif defined(__aarch64__)
  asm("" : "+w"(value));
#endif
  return value;
}

// sums[row][panel * Vectors + v] += sum over k of a[row * aRow + k * aColumn] * b[panel * bPanel + k * bRow + v],
// each in the order of k. The sums stay in registers. Several panels keep the multipliers busy when rows are few.
template <int32 Rows, int32 Panels, int32 Vectors>
KERNEL_INLINE void multiply(Vector (&sums)[Rows][Panels * Vectors], const float* a, index aRow, index aColumn,
                            const float* b, index bPanel, index bRow, index count) {
  for (index k = 0; k < count; k++) {
    Vector columns[Panels * Vectors];
#pragma GCC unroll 16
    for (int32 panel = 0; panel < Panels; panel++) {
#pragma GCC unroll 16
      for (int32 v = 0; v < Vectors; v++) {
        const Vector column = load(b + panel * bPanel + v * vectorLanes);
        columns[panel * Vectors + v] = Rows > 1 ? held(column) : column;
      }
    }
#pragma GCC unroll 16
    for (int32 row = 0; row < Rows; row++) {
      const Vector factor = broadcast(a[row * aRow]);
#pragma GCC unroll 16
      for (int32 v = 0; v < Panels * Vectors; v++) {
        sums[row][v] = multiplyAdd(factor, columns[v], sums[row][v]);
      }
    }
    a += aColumn;
    b += bRow;
  }
}

// Operands of `multiplyRows`; all distances are in elements.
struct Product {
  const float* start;  // what the sums start from, laid out like `target`; it may be `target` itself
  index startRow;      // between rows; 0 where all rows start from the same
  float* target;
  index targetRow;
  index targetPanel;   // between panels, of `start` and of `target`
  const float* left;
  index leftRow;
  index leftColumn;  // between successive k
  index leftBlock;   // between blocks of k
  index leftTile;    // between tiles; 0 where tiles follow each other by rows
  const float* right;
  index rightRow;  // between successive k
  index rightPanel;
  index rightBlock;
  index count;   // k in a block
  index blocks;
};

// `tiles` tiles of `Rows` rows below each other: target = start + left * right, in whole vectors. A function of its own,
// so that the compiler has all registers for the sums.
template <int32 Rows, int32 Panels, int32 Vectors>
__attribute__((noinline)) void multiplyTiles(const Product& product, index firstRow, index tiles) {
  const Product p = product;
  const float* start = p.start + firstRow * p.startRow;
  float* target = p.target + firstRow * p.targetRow;
  const float* left = p.left + firstRow * p.leftRow;
  const index leftTile = p.leftTile == 0 ? Rows * p.leftRow : p.leftTile;
  for (index tile = 0; tile < tiles; tile++) {
    Vector sums[Rows][Panels * Vectors];
#pragma GCC unroll 16
    for (int32 row = 0; row < Rows; row++) {
#pragma GCC unroll 16
      for (int32 v = 0; v < Panels * Vectors; v++) {
        sums[row][v] = load(start + row * p.startRow + v / Vectors * p.targetPanel + v % Vectors * vectorLanes);
      }
    }
    for (index block = 0; block < p.blocks; block++) {
      multiply<Rows, Panels, Vectors>(sums, left + block * p.leftBlock, p.leftRow, p.leftColumn,
                                      p.right + block * p.rightBlock, p.rightPanel, p.rightRow, p.count);
    }
#pragma GCC unroll 16
    for (int32 row = 0; row < Rows; row++) {
#pragma GCC unroll 16
      for (int32 v = 0; v < Panels * Vectors; v++) {
        store(target + row * p.targetRow + v / Vectors * p.targetPanel + v % Vectors * vectorLanes, sums[row][v]);
      }
    }
    start += Rows * p.startRow;
    target += Rows * p.targetRow;
    left += leftTile;
  }
}

template <int32 Value>
struct Count {
  static constexpr int32 value = Value;
};

// Calls function(Count<n>{}) for 1 <= n <= tileRows.
template <class Function>
KERNEL_INLINE void withRows(index rows, Function function) {
  switch (rows) {
    case 1: return function(Count<1>{});
    case 2: return function(Count<2>{});
    case 3: return function(Count<3>{});
    case 4: return function(Count<4>{});
    default: break;
  }
  if constexpr (tileRows > 4) {
    switch (rows) {
      case 5: return function(Count<5>{});
      case 6: return function(Count<6>{});
      case 7: return function(Count<7>{});
      case 8: return function(Count<8>{});
      default: break;
    }
  }
}

// `rows` rows, cut into as few tiles as possible, as even as possible.
template <int32 Panels, int32 Vectors>
KERNEL_INLINE void multiplyRows(const Product& product, index rows) {
  if (rows == 0) return;
  const index tiles = (rows + tileRows - 1) / tileRows;
  const index height = rows / tiles;
  const index higher = rows - height * tiles;  // so many tiles have one row more
  const auto run = [&](index firstRow, index count, auto tileHeight) {
    constexpr int32 value = decltype(tileHeight)::value;
    if constexpr (value * Panels <= mostTileRows) multiplyTiles<value, Panels, Vectors>(product, firstRow, count);
  };
  if (higher > 0) withRows(height + 1, [&](auto tileHeight) { run(0, higher, tileHeight); });
  withRows(height, [&](auto tileHeight) { run(higher * (height + 1), tiles - higher, tileHeight); });
}

// Vectors in the next column panel when `remaining` are left: never a lone one after a full panel.
constexpr int32 panelVectors(index remaining) {
  return remaining == 4 ? 2 : remaining < tileVectors ? int32(remaining) : tileVectors;
}

// Calls function(first vector, Count<vectors>{}) for each column panel of `vectors` vectors.
template <class Function>
KERNEL_INLINE void forEachColumnPanel(index vectors, Function function) {
  for (index first = 0; first < vectors;) {
    const int32 width = panelVectors(vectors - first);
    if (width == 3) function(first, Count<3>{});
    if (width == 2) function(first, Count<2>{});
    if (width == 1) function(first, Count<1>{});
    first += width;
  }
}

}  // namespace KERNEL_NAMESPACE
