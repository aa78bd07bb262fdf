// The kernels' side of entry.h, compiled once for each instruction set like the kernels themselves.
#include "entry.h"

#include "../kernels/gemm.h"
#include "../kernels/program.h"

namespace KERNEL_NAMESPACE {

static void passBarrier(const Context& context) {
  const Run& run = *static_cast<const Run*>(context.host);
  run.barrier(run.host);
}

static void execute(const Run& run, int thread) {
  const Context context = {run.arena,   run.timesteps, run.batch, thread, run.threads,
                           passBarrier, const_cast<Run*>(&run)};
  interpret(run.program, run.words, context);
}

static void product(int m, int n, int k, const float* a, bool transposed, const float* b, float* c, bool accumulate,
                    float* scratch) {
  const Strided left = transposed ? Strided{a, 1, m} : Strided{a, k, 1};
  gemm(m, n, k, left, {b, n, 1}, c, n, accumulate, scratch);
}

static double multiplyLoop(long iterations, float* sum) {
  constexpr int chains = 12;
  Vector sums[chains];
  for (int i = 0; i < chains; i++) sums[i] = broadcast(float(i));
  const Vector factor = broadcast(*sum);
  const Vector addend = broadcast(1e-3f);
  for (long iteration = 0; iteration < iterations; iteration++) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; i++) sums[i] = multiplyAdd(sums[i], factor, addend);
  }
  Vector total = {};
  for (int i = 0; i < chains; i++) total += sums[i];
  *sum = sumLanes(total);
  return 2.0 * chains * vectorLanes * double(iterations);
}

static float readLoop(const float* data, std::ptrdiff_t count, long passes) {
  Vector sums[8] = {};
  for (long pass = 0; pass < passes; pass++) {
    for (index i = 0; i + 8 * vectorLanes <= count; i += 8 * vectorLanes) {
#pragma GCC unroll 8
      for (int v = 0; v < 8; v++) sums[v] += load(data + i + v * vectorLanes);
    }
  }
  Vector total = {};
  for (int v = 0; v < 8; v++) total += sums[v];
  return sumLanes(total);
}

}  // namespace KERNEL_NAMESPACE

#define KERNEL_STRING(name) #name
#define KERNEL_NAME(name) KERNEL_STRING(name)

const Kernels KERNEL_EXPORT = {KERNEL_NAME(KERNEL_NAMESPACE),
                               KERNEL_NAMESPACE::execute,
                               KERNEL_NAMESPACE::product,
                               KERNEL_NAMESPACE::gemmScratch,
                               KERNEL_NAMESPACE::multiplyLoop,
                               KERNEL_NAMESPACE::readLoop};
