// Matrix products shared out among the threads of a run. No barrier inside: the caller waits before it reads C.
#pragma once

#include "../gemm.h"
#include "elements.h"

namespace KERNEL_NAMESPACE {

KERNEL_INLINE Strided rowMajor(const float* data, index row) { return {data, row, 1}; }
KERNEL_INLINE Strided transposed(const float* data, index row) { return {data, 1, row}; }

// This thread's share of C[m,n] = (accumulate ? C : 0) + A[m,k] B[k,n]. Rows are shared out when there are enough of
// them, else columns; the result is the same. `scratch` holds gemmScratch floats for each thread.
inline void sharedProduct(const Context& context, index m, index n, index k, Strided a, Strided b, float* c, index cRow,
                          bool accumulate, float* scratch) {
  constexpr index rowGrain = 16;
  constexpr index columnGrain = 48;
  const bool byRows = m >= context.threads * rowGrain || n < context.threads * columnGrain;
  const Range own = byRows ? split(context, m, rowGrain) : split(context, n, columnGrain);
  if (own.begin == own.end) return;
  float* ownScratch = scratch + context.thread * gemmScratch;
  if (byRows) {
    a.data += own.begin * a.row;
    gemm(own.end - own.begin, n, k, a, b, c + own.begin * cRow, cRow, accumulate, ownScratch);
  } else {
    b.data += own.begin * b.column;
    gemm(m, own.end - own.begin, k, a, b, c + own.begin, cRow, accumulate, ownScratch);
  }
}

// This thread's share of sums[columns] = (accumulate ? sums : 0) + the sum of all rows. Rows are added in blocks of
// fixed size, which keeps the rounding errors of a long sum small.
template <class RowVector>
KERNEL_INLINE void sumRows(const Context& context, index rows, index columns, float* sums, bool accumulate,
                           RowVector rowVector) {
  constexpr index rowBlock = 64;
  const Range own = split(context, columns, vectorLanes);
  forVectors(own.begin, own.end, [&](index column, auto access) {
    Vector total = {};
    for (index block = 0; block < rows; block += rowBlock) {
      const index end = block + rowBlock < rows ? block + rowBlock : rows;
      Vector part = {};
      for (index row = block; row < end; row++) part += rowVector(row, column, access);
      total += part;
    }
    access.store(sums + column, accumulate ? access.load(sums + column) + total : total);
  });
}

}  // namespace KERNEL_NAMESPACE
