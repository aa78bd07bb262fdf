// The register tile that every matrix product here is made of.
#pragma once

#include "vector.h"

namespace KERNEL_NAMESPACE {

// Vectors in the columns of a full tile: three, so that a tile holds the three gates of the same units.
inline constexpr int32 tileVectors = 3;

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

// Where a tile reads and adds. Elements between rows, between panels, between successive k, and between blocks of k.
struct TileTarget {
  float* data;
  index row;
  index panel;
};
struct TileFactor {
  const float* data;
  index row;     // of the left factor: between rows; of the right one: between panels
  index column;  // between successive k
  index block;
};

// target += left * right over `blocks` blocks of `count` k each. Whole vectors only. A function of its own, so that the
// compiler has all registers for the sums.
template <int32 Rows, int32 Panels, int32 Vectors>
__attribute__((noinline)) void multiplyTile(TileTarget target, TileFactor left, TileFactor right, index count,
                                            index blocks) {
  Vector sums[Rows][Panels * Vectors];
#pragma GCC unroll 16
  for (int32 row = 0; row < Rows; row++) {
#pragma GCC unroll 16
    for (int32 v = 0; v < Panels * Vectors; v++) {
      sums[row][v] = load(target.data + row * target.row + v / Vectors * target.panel + v % Vectors * vectorLanes);
    }
  }
  for (index block = 0; block < blocks; block++) {
    multiply<Rows, Panels, Vectors>(sums, left.data + block * left.block, left.row, left.column,
                                    right.data + block * right.block, right.row, right.column, count);
  }
#pragma GCC unroll 16
  for (int32 row = 0; row < Rows; row++) {
#pragma GCC unroll 16
    for (int32 v = 0; v < Panels * Vectors; v++) {
      store(target.data + row * target.row + v / Vectors * target.panel + v % Vectors * vectorLanes, sums[row][v]);
    }
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

// Cuts [0, rows) into as few tiles as possible, as even as possible, and calls function(first row, Count<rows>{}).
template <class Function>
KERNEL_INLINE void forEachTile(index rows, Function function) {
  const index tiles = (rows + tileRows - 1) / tileRows;
  for (index tile = 0; tile < tiles; tile++) {
    const index begin = rows * tile / tiles;
    const index end = rows * (tile + 1) / tiles;
    withRows(end - begin, [&](auto count) { function(begin, count); });
  }
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
