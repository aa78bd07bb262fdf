// Matrix products. Every output element is one sum over k, taken in order, by one thread; how rows and columns are
// blocked, and how the caller splits the output among threads, does not change a single bit of the result.
#pragma once

#include "vector.h"

namespace KERNEL_NAMESPACE {

// Element (i, j) is data[i * row + j * column]: row-major has column = 1, a transpose has row = 1.
struct Strided {
  const float* data;
  index row;
  index column;
};

// Floats of scratch that one call needs. It belongs to one thread.
inline constexpr index gemmScratch = 256 * (192 + 96);

// C[m,n] = (accumulate ? C : 0) + A[m,k] B[k,n]. C is row-major with `cRow` elements between rows. Runs on the calling
// thread alone: a threaded op gives each thread its own rows or columns of C. k = 0 gives C or zeros.
void gemm(index m, index n, index k, Strided a, Strided b, float* c, index cRow, bool accumulate, float* scratch);

}  // namespace KERNEL_NAMESPACE
