// The usual blocking (Goto and van de Geijn 2008): a block of A and one panel of B are copied so that the inner loop
// reads both in order, the panel from the first-level cache.
#include "gemm.h"

#include "tile.h"

namespace KERNEL_NAMESPACE {

static constexpr index blockRows = 192;
static constexpr index blockDepth = 256;
static constexpr index panelColumns = tileVectors * vectorLanes;
static_assert(blockRows % tileRows == 0 && gemmScratch >= blockDepth * (blockRows + panelColumns));

// [tile][k][tileRows], zeros beyond the last row.
static void packRows(index rows, index depth, Strided a, float* packed) {
  for (index tile = 0; tile < rows; tile += tileRows, packed += tileRows * depth) {
    const float* source = a.data + tile * a.row;
    if (rows - tile >= tileRows) {
      for (index k = 0; k < depth; k++) {
#pragma GCC unroll 8
        for (index row = 0; row < tileRows; row++) packed[k * tileRows + row] = source[row * a.row + k * a.column];
      }
      continue;
    }
    for (index k = 0; k < depth; k++) {
      for (index row = 0; row < tileRows; row++) {
        packed[k * tileRows + row] = tile + row < rows ? source[row * a.row + k * a.column] : 0.0f;
      }
    }
  }
}

// [k][vectors * vectorLanes], zeros beyond the last column.
static void packColumns(index depth, index columns, index width, Strided b, float* packed) {
  for (index k = 0; k < depth; k++, packed += width) {
    const float* source = b.data + k * b.row;
    if (b.column == 1) {
      for (index v = 0; v < width; v += vectorLanes) store(packed + v, loadPartial(source + v, columns - v));
      continue;
    }
    for (index column = 0; column < width; column++) {
      packed[column] = column < columns ? source[column * b.column] : 0.0f;
    }
  }
}

template <int32 Vectors>
static void multiplyTile(index rows, index columns, index depth, const float* a, const float* b, float* c, index cRow,
                         bool accumulate) {
  Vector sums[tileRows][Vectors] = {};
  const index lastLanes = columns - (Vectors - 1) * vectorLanes;
  if (accumulate) {
    for (index row = 0; row < rows; row++) {
      for (index v = 0; v < Vectors - 1; v++) sums[row][v] = load(c + row * cRow + v * vectorLanes);
      sums[row][Vectors - 1] = loadPartial(c + row * cRow + (Vectors - 1) * vectorLanes, lastLanes);
    }
  }
  multiply<tileRows, 1, Vectors>(sums, a, 1, tileRows, b, 0, Vectors * vectorLanes, depth);
  for (index row = 0; row < rows; row++) {
    for (index v = 0; v < Vectors - 1; v++) store(c + row * cRow + v * vectorLanes, sums[row][v]);
    storePartial(c + row * cRow + (Vectors - 1) * vectorLanes, sums[row][Vectors - 1], lastLanes);
  }
}

void gemm(index m, index n, index k, Strided a, Strided b, float* c, index cRow, bool accumulate, float* scratch) {
  if (k == 0 && !accumulate) {
    for (index row = 0; row < m; row++) {
      for (index column = 0; column < n; column++) c[row * cRow + column] = 0.0f;
    }
  }
  float* packedRows = scratch;
  float* packedColumns = scratch + blockRows * blockDepth;
  for (index row = 0; row < m; row += blockRows) {
    const index rows = m - row < blockRows ? m - row : blockRows;
    for (index depth = 0; depth < k; depth += blockDepth) {
      const index depths = k - depth < blockDepth ? k - depth : blockDepth;
      packRows(rows, depths, {a.data + row * a.row + depth * a.column, a.row, a.column}, packedRows);
      forEachColumnPanel((n + vectorLanes - 1) / vectorLanes, [&](index first, auto vectors) {
        constexpr int32 width = decltype(vectors)::value;
        const index column = first * vectorLanes;
        const index columns = n - column < width * vectorLanes ? n - column : width * vectorLanes;
        const Strided source = {b.data + depth * b.row + column * b.column, b.row, b.column};
        packColumns(depths, columns, width * vectorLanes, source, packedColumns);
        for (index tile = 0; tile < rows; tile += tileRows) {
          multiplyTile<width>(rows - tile < tileRows ? rows - tile : tileRows, columns, depths,
                              packedRows + tile * depths, packedColumns, c + (row + tile) * cRow + column, cRow,
                              accumulate || depth > 0);
        }
      });
    }
  }
}

}  // namespace KERNEL_NAMESPACE
