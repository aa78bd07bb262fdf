#include "pool.h"

#include <chrono>

static void pause() {
#if defined(__x86_64__) || defined(_M_X64)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins for as long as a short wait takes, then gives the core away between looks: there may be fewer cores than threads.
template <class Done>
static void waitUntil(Done done) {
  for (int look = 0; !done(); look++) {
    if (look < 2000) {
      pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void Barrier::wait() {
  if (threads_ == 1) return;
  const unsigned generation = generation_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
    arrived_.store(0, std::memory_order_relaxed);
    generation_.store(generation + 1, std::memory_order_release);
    return;
  }
  waitUntil([&] { return generation_.load(std::memory_order_acquire) != generation; });
}

void Pool::run(int threads, Task task, void* argument) {
  while (int(workers_.size()) + 1 < threads) {
    const int thread = int(workers_.size()) + 1;
    const unsigned seen = generation_.load(std::memory_order_relaxed);
    workers_.emplace_back([this, thread, seen] { work(thread, seen); });
  }
  barrier_.reset(threads);
  if (threads > 1) {
    task_ = task;
    argument_ = argument;
    threads_ = threads;
    busy_.store(int(workers_.size()), std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_seq_cst);
    if (parked_.load(std::memory_order_seq_cst) > 0) {
      std::lock_guard<std::mutex> lock(mutex_);
      wake_.notify_all();
    }
  }
  task(argument, 0);
  if (threads > 1) {
    waitUntil([&] { return busy_.load(std::memory_order_acquire) == 0; });
  }
}

void Pool::work(int thread, unsigned seen) {
  constexpr auto patience = std::chrono::microseconds(50);
  const auto changed = [&] { return generation_.load(std::memory_order_seq_cst) != seen; };
  for (;;) {
    const auto start = std::chrono::steady_clock::now();
    for (int look = 0; !changed(); look++) {
      pause();
      if (look % 64 != 63 || std::chrono::steady_clock::now() - start < patience) continue;
      std::unique_lock<std::mutex> lock(mutex_);
      parked_.fetch_add(1, std::memory_order_seq_cst);
      wake_.wait(lock, changed);
      parked_.fetch_sub(1, std::memory_order_seq_cst);
    }
    seen = generation_.load(std::memory_order_acquire);
    if (stop_) return;
    if (thread < threads_) task_(argument_, thread);
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    generation_.fetch_add(1, std::memory_order_seq_cst);
    wake_.notify_all();
  }
  for (std::thread& worker : workers_) worker.join();
}
