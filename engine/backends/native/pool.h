// Threads that wait for work. The calling thread is thread 0 and works too.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

// All threads of a run meet here; a barrier costs a fraction of a microsecond while all of them have a core.
class Barrier {
 public:
  void reset(int threads) { threads_ = threads; }
  void wait();

 private:
  int threads_ = 1;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> generation_{0};
};

class Pool {
 public:
  using Task = void (*)(void* argument, int thread);

  ~Pool();
  // Calls task(argument, thread) for all threads 0 .. threads-1 at once and returns when all are done. Threads that
  // the system refuses to start throw std::system_error before any work is done.
  void run(int threads, Task task, void* argument);
  Barrier& barrier() { return barrier_; }

 private:
  void work(int thread, unsigned seen);

  std::vector<std::thread> workers_;
  Barrier barrier_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // Written by the caller before `generation_`, read by the workers after it.
  Task task_ = nullptr;
  void* argument_ = nullptr;
  int threads_ = 0;
  bool stop_ = false;
  alignas(64) std::atomic<unsigned> generation_{0};
  alignas(64) std::atomic<int> busy_{0};
  alignas(64) std::atomic<int> parked_{0};
};
