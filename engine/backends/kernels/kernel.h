// What every kernel file shares. The sources are compiled once per instruction set (baseline, AVX2, AVX-512, NEON,
// WebAssembly SIMD), each time with another KERNEL_NAMESPACE, and they include no standard header: an inline function
// of the standard library compiled here with wide instructions could otherwise be the one the linker keeps for all.
#pragma once

#ifndef KERNEL_NAMESPACE
#error "KERNEL_NAMESPACE names the instruction set this file is compiled for"
#endif

namespace KERNEL_NAMESPACE {

using int32 = int;
using uint32 = unsigned int;
using uint64 = unsigned long long;
using index = __PTRDIFF_TYPE__;  // element counts and offsets

// One run of one program, as one thread sees it. The threads of a run execute the same ops in the same order; each
// op splits its own work by `thread` of `threads` in such a way that every output element is computed by one thread
// in an order that does not depend on `threads`, and the interpreter puts a barrier after each op.
struct Context {
  float* arena;      // slots, by element offset; int slots are the same memory read as int32
  int32 timesteps;   // T of this run
  int32 batch;       // B of this run
  int32 thread;      // 0 .. threads-1
  int32 threads;
  void (*barrier)(const Context&);  // waits for all threads; does nothing with one
  void* host;        // the barrier's own state
};

// A window of columns, as engine/ops/matrix.ts defines it, resolved to memory.
struct MatrixView {
  float* data;     // first element of the window
  int32 columns;
  int32 stride;    // elements between rows
};

// The part of [0, count) that a thread works on: contiguous, in multiples of `grain`.
struct Range {
  index begin;
  index end;
};

inline Range split(const Context& context, index count, index grain) {
  const index blocks = (count + grain - 1) / grain;
  const index begin = blocks * context.thread / context.threads * grain;
  const index end = blocks * (context.thread + 1) / context.threads * grain;
  return {begin < count ? begin : count, end < count ? end : count};
}

}  // namespace KERNEL_NAMESPACE
