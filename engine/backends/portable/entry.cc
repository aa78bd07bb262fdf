// What the WebAssembly build exports beside its memory. One thread: the barrier has nothing to wait for.
#include "../kernels/math.h"
#include "../kernels/program.h"

namespace KERNEL_NAMESPACE {

static void passBarrier(const Context&) {}

// Runs an encoded program (kernels/encode.ts) over an arena; both are byte offsets into the memory.
extern "C" void run(float* arena, const int32* program, int32 words, int32 timesteps, int32 batch) {
  const Context context = {arena, timesteps, batch, 0, 1, passBarrier, nullptr};
  interpret(program, words, context);
}

// values[i] = f(values[i]) for a multiple of four values: how tests reach functions that no op applies as they are.
extern "C" void evaluate(int32 function, float* values, int32 count) {
  for (index i = 0; i < count; i += vectorLanes) {
    const Vector x = load(values + i);
    Vector y = x;
    switch (function) {
      case 0: y = exp(x); break;
      case 1: y = expMinusOne(x); break;
      case 2: y = log(x); break;
      case 3: y = logOnePlus(x); break;
      case 4: y = erf(x); break;
      default: break;
    }
    store(values + i, y);
  }
}

}  // namespace KERNEL_NAMESPACE
