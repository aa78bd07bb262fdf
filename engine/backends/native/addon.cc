// The Node-API side: checks what JavaScript hands over, then runs it on the thread pool. JavaScript owns all memory.
#include <node_api.h>

#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <vector>

#include "entry.h"
#include "pool.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace {

constexpr int apiVersion = 1;  // `nativeApiVersion` in binding.ts
constexpr int maximumThreads = 64;
constexpr int opCount = 20;

struct Instance {
  Pool pool;
  std::vector<const Kernels*> kernels;  // those this machine can run, the best last
};

std::vector<const Kernels*> supportedKernels() {
  std::vector<const Kernels*> kernels;
#if defined(__x86_64__) || defined(_M_X64)
  // These probes include the operating system's support for the wider registers (XGETBV).
  __builtin_cpu_init();
  kernels.push_back(&kernelsBaseline);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) kernels.push_back(&kernelsAvx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw")) {
    kernels.push_back(&kernelsAvx512);
  }
#elif defined(__aarch64__)
  kernels.push_back(&kernelsNeon);
#else
  kernels.push_back(&kernelsBaseline);
#endif
  return kernels;
}

napi_value fail(napi_env env, const char* message) {
  napi_throw_type_error(env, nullptr, message);
  return nullptr;
}

// Arguments of one call, read in order; the first one that is not what it should be leaves a pending exception.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    void* data = nullptr;
    std::size_t count = maximum;
    valid_ = napi_get_cb_info(env, info, &count, values_, nullptr, &data) == napi_ok && count <= maximum;
    count_ = valid_ ? count : 0;
    if (napi_get_instance_data(env, &data) == napi_ok) instance_ = static_cast<Instance*>(data);
    if (instance_ == nullptr) reject("the addon is shut down");
  }

  bool valid() const { return valid_; }
  Instance& instance() const { return *instance_; }

  int integer(const char* name, int minimum, int maximum) {
    double value = 0;
    if (!next(name)) return 0;
    if (napi_get_value_double(env_, current_, &value) != napi_ok || !(value >= minimum && value <= maximum) ||
        value != static_cast<double>(static_cast<int>(value))) {
      reject(name);
      return 0;
    }
    return static_cast<int>(value);
  }

  bool flag(const char* name) {
    bool value = false;
    if (next(name) && napi_get_value_bool(env_, current_, &value) != napi_ok) reject(name);
    return value;
  }

  template <class T>
  T* array(const char* name, napi_typedarray_type type, std::size_t& length) {
    length = 0;
    bool typed = false;
    if (!next(name)) return nullptr;
    napi_typedarray_type actual;
    void* data = nullptr;
    if (napi_is_typedarray(env_, current_, &typed) != napi_ok || !typed ||
        napi_get_typedarray_info(env_, current_, &actual, &length, &data, nullptr, nullptr) != napi_ok ||
        actual != type) {
      length = 0;
      reject(name);
      return nullptr;
    }
    return static_cast<T*>(data);
  }

  float* floats(const char* name, std::size_t& length) { return array<float>(name, napi_float32_array, length); }

  const Kernels* kernels() {
    if (!valid_) return nullptr;
    const int count = static_cast<int>(instance_->kernels.size());
    const int chosen = integer("instruction set", 0, count - 1);
    return valid_ ? instance_->kernels[static_cast<std::size_t>(chosen)] : nullptr;
  }

  void reject(const char* name) {
    if (!valid_) return;
    valid_ = false;
    char message[160] = "Bad argument: ";
    std::strncat(message, name, sizeof message - std::strlen(message) - 1);
    napi_throw_type_error(env_, nullptr, message);
  }

 private:
  static constexpr std::size_t maximum = 10;

  bool next(const char* name) {
    if (!valid_) return false;
    if (position_ >= count_) {
      reject(name);
      return false;
    }
    current_ = values_[position_++];
    return true;
  }

  napi_env env_;
  napi_value values_[maximum] = {};
  napi_value current_ = nullptr;
  Instance* instance_ = nullptr;
  std::size_t count_ = 0;
  std::size_t position_ = 0;
  bool valid_ = true;
};

napi_value number(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

// Whether a program is a sequence of whole records with known ops and slots inside the arena.
bool wellFormed(const int32_t* program, std::size_t words, std::size_t elements) {
  std::size_t at = 0;
  while (at < words) {
    if (words - at < 3) return false;
    const int32_t kind = program[at];
    const int32_t length = program[at + 1];
    const int32_t slots = program[at + 2];
    if (kind < 0 || kind >= opCount || slots < 0 || length < 3 || length - 3 < slots) return false;
    if (static_cast<std::size_t>(length) > words - at) return false;
    for (int32_t slot = 0; slot < slots; slot++) {
      const int32_t offset = program[at + 3 + static_cast<std::size_t>(slot)];
      if (offset < -1 || (offset >= 0 && static_cast<std::size_t>(offset) > elements)) return false;
    }
    at += static_cast<std::size_t>(length);
  }
  return true;
}

struct RunTask {
  const Kernels* kernels;
  Run run;
};

template <class Task>
bool inParallel(napi_env env, Instance& instance, int threads, Task& task, Pool::Task function) {
  try {
    instance.pool.run(threads, function, &task);
    return true;
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return false;
  }
}

// run(instructionSet, arena, elements, program, timesteps, batch, threads)
napi_value runProgram(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::size_t elements = 0;
  std::size_t words = 0;
  RunTask task = {};
  task.kernels = arguments.kernels();
  task.run.arena = arguments.floats("arena", elements);
  task.run.program = arguments.array<int32_t>("program", napi_int32_array, words);
  task.run.timesteps = arguments.integer("timesteps", 0, INT32_MAX);
  task.run.batch = arguments.integer("batch", 0, INT32_MAX);
  task.run.threads = arguments.integer("threads", 1, maximumThreads);
  if (!arguments.valid()) return nullptr;
  if (!wellFormed(task.run.program, words, elements)) return fail(env, "Bad argument: program");
  task.run.words = static_cast<std::ptrdiff_t>(words);
  Pool& pool = arguments.instance().pool;
  task.run.host = &pool.barrier();
  task.run.barrier = [](void* host) { static_cast<Barrier*>(host)->wait(); };
  inParallel(env, arguments.instance(), task.run.threads, task, [](void* argument, int thread) {
    const RunTask& own = *static_cast<const RunTask*>(argument);
    own.kernels->run(own.run, thread);
  });
  return nullptr;
}

// adopt(bytes): asks the system to back fresh memory by huge pages, since a training step walks through more pages than
// the processor can translate at once; returns how far the memory is behind a multiple of 64 bytes.
napi_value adopt(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::size_t length = 0;
  const uint8_t* data = arguments.array<uint8_t>("bytes", napi_uint8_array, length);
  if (!arguments.valid()) return nullptr;
  const std::uintptr_t start = reinterpret_cast<std::uintptr_t>(data);
#if defined(__linux__)
  constexpr std::uintptr_t page = 4096;
  const std::uintptr_t first = (start + page - 1) / page * page;
  const std::uintptr_t last = (start + length) / page * page;
  // Advice only: where the kernel has no huge pages, nothing changes.
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
  return number(env, static_cast<double>(start % 64));
}

// product(instructionSet, m, n, k, a, transposed, b, c, accumulate)
napi_value product(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  const Kernels* kernels = arguments.kernels();
  constexpr int limit = 1 << 15;
  const int m = arguments.integer("m", 0, limit);
  const int n = arguments.integer("n", 0, limit);
  const int k = arguments.integer("k", 0, limit);
  std::size_t lengthA = 0;
  std::size_t lengthB = 0;
  std::size_t lengthC = 0;
  const float* a = arguments.floats("a", lengthA);
  const bool transposed = arguments.flag("transposed");
  const float* b = arguments.floats("b", lengthB);
  float* c = arguments.floats("c", lengthC);
  const bool accumulate = arguments.flag("accumulate");
  if (!arguments.valid()) return nullptr;
  const auto area = [](int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); };
  if (lengthA < area(m, k) || lengthB < area(k, n) || lengthC < area(m, n)) return fail(env, "Bad argument: too short");
  std::vector<float> scratch(static_cast<std::size_t>(kernels->productScratch));
  kernels->product(m, n, k, a, transposed, b, c, accumulate, scratch.data());
  return nullptr;
}

struct LoopTask {
  const Kernels* kernels;
  const float* data;
  std::ptrdiff_t count;
  int iterations;
  double operations[maximumThreads];
  float sums[maximumThreads];
};

// multiplyLoop(instructionSet, threads, iterations): float operations done by all threads together.
napi_value multiplyLoop(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  auto task = std::make_unique<LoopTask>();
  task->kernels = arguments.kernels();
  const int threads = arguments.integer("threads", 1, maximumThreads);
  task->iterations = arguments.integer("iterations", 0, INT32_MAX);
  if (!arguments.valid()) return nullptr;
  for (float& sum : task->sums) sum = 0.5f;
  const bool done = inParallel(env, arguments.instance(), threads, *task, [](void* argument, int thread) {
    LoopTask& own = *static_cast<LoopTask*>(argument);
    own.operations[thread] = own.kernels->multiplyLoop(own.iterations, &own.sums[thread]);
  });
  if (!done) return nullptr;
  double total = 0;
  for (int thread = 0; thread < threads; thread++) total += task->operations[thread];
  return number(env, total);
}

// readLoop(instructionSet, threads, data, passes): each thread reads its own equal part of `data` again and again.
napi_value readLoop(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  auto task = std::make_unique<LoopTask>();
  std::size_t length = 0;
  task->kernels = arguments.kernels();
  const int threads = arguments.integer("threads", 1, maximumThreads);
  task->data = arguments.floats("data", length);
  task->iterations = arguments.integer("passes", 0, INT32_MAX);
  if (!arguments.valid()) return nullptr;
  task->count = static_cast<std::ptrdiff_t>(length) / threads;
  const bool done = inParallel(env, arguments.instance(), threads, *task, [](void* argument, int thread) {
    LoopTask& own = *static_cast<LoopTask*>(argument);
    own.sums[thread] = own.kernels->readLoop(own.data + thread * own.count, own.count, own.iterations);
  });
  if (!done) return nullptr;
  double total = 0;
  for (int thread = 0; thread < threads; thread++) total += task->sums[thread];
  return number(env, total);
}

void define(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
  Instance* instance = nullptr;
  try {
    instance = new Instance;
    instance->kernels = supportedKernels();
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return exports;
  }
  // Runs when the environment ends (a worker too): the pool's destructor stops and joins its threads.
  const napi_finalize release = [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); };
  if (napi_set_instance_data(env, instance, release, nullptr) != napi_ok) {
    delete instance;
    napi_throw_error(env, nullptr, "The addon could not be initialized");
    return exports;
  }
  napi_value names = nullptr;
  napi_create_array(env, &names);
  for (std::size_t i = 0; i < instance->kernels.size(); i++) {
    napi_value name = nullptr;
    napi_create_string_utf8(env, instance->kernels[i]->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, static_cast<uint32_t>(i), name);
  }
  napi_set_named_property(env, exports, "instructionSets", names);
  napi_set_named_property(env, exports, "apiVersion", number(env, apiVersion));
  define(env, exports, "run", runProgram);
  define(env, exports, "adopt", adopt);
  define(env, exports, "product", product);
  define(env, exports, "multiplyLoop", multiplyLoop);
  define(env, exports, "readLoop", readLoop);
  return exports;
}
