// Prepared programs: what encode.ts writes and interpret.cc runs.
//
// A program is a sequence of records of 32-bit words:
//
//   [kind, words of the record, slot count, slot offsets..., numbers...]
//
// Slot offsets are elements from the start of the arena, -1 for null. Numbers are ints, or floats by their bits. An op
// reads its slots and its numbers, each in the order in which its encoder wrote them; the two do not mix.
#pragma once

#include "kernel.h"

namespace KERNEL_NAMESPACE {

// Same order as `opKinds` in encode.ts; a test compares them.
#define KERNEL_OPS(X)   \
  X(gru_forward)        \
  X(gru_backward)       \
  X(embedding_forward)  \
  X(embedding_backward) \
  X(dense_forward)      \
  X(dense_backward)     \
  X(dropout)            \
  X(random_mask)        \
  X(add)                \
  X(pool_forward)       \
  X(pool_backward)      \
  X(attention_forward)  \
  X(attention_backward) \
  X(loss)               \
  X(zero)               \
  X(regularize)         \
  X(clip_gradients)     \
  X(optimizer_update)   \
  X(constrain)          \
  X(moving_average)

class Reader {
 public:
  Reader(const int32* record, float* arena)
      : arena_(arena), slot_(record + 3), number_(record + 3 + record[2]) {}

  int32 integer() { return *number_++; }
  bool flag() { return *number_++ != 0; }
  float number() {
    float value;
    __builtin_memcpy(&value, number_++, sizeof value);
    return value;
  }
  // Floats that lie in the program itself.
  const float* numbers(int32 count) {
    const float* values = reinterpret_cast<const float*>(number_);
    number_ += count;
    return values;
  }
  // `count` numbers, where they stand.
  const float* numbers(index count) {
    const int32* first = number_;
    number_ += count;
    return reinterpret_cast<const float*>(first);
  }
  // A slot, or null.
  float* floats() {
    const int32 offset = *slot_++;
    return offset < 0 ? nullptr : arena_ + offset;
  }
  int32* integers() { return reinterpret_cast<int32*>(floats()); }
  // A window of columns; its data is null where the op has no such matrix.
  MatrixView matrix() {
    float* data = floats();
    const int32 columns = integer();
    return {data, columns, integer()};
  }

 private:
  float* arena_;
  const int32* slot_;
  const int32* number_;
};

// One function for each op: engine/ops/op.ts says what it computes, encode/*.ts in what order its arguments come.
#define KERNEL_DECLARE(name) void name(Reader& reader, const Context& context);
KERNEL_OPS(KERNEL_DECLARE)
#undef KERNEL_DECLARE

// Runs all records; every thread of the run calls it with its own context.
void interpret(const int32* program, index words, const Context& context);

}  // namespace KERNEL_NAMESPACE
