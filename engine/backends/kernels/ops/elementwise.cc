// add, zero and moving_average.

#include "elements.h"

namespace KERNEL_NAMESPACE {

void add(Reader& reader, const Context& context) {
  const MatrixView input = reader.matrix();
  const MatrixView output = reader.matrix();
  const index rows = rowCount(context, reader.flag());
  const bool accumulate = reader.flag();
  forOwnRows(context, rows, input.columns, [&](index row, index column, auto access) {
    float* to = rowOf(output, row) + column;
    const Vector value = access.load(rowOf(input, row) + column);
    access.store(to, accumulate ? access.load(to) + value : value);
  });
}

void zero(Reader& reader, const Context& context) {
  const int32 slots = reader.integer();
  for (int32 slot = 0; slot < slots; slot++) {
    float* data = reader.floats();
    forOwnVectors(context, reader.integer(), [&](index i, auto access) { access.store(data + i, Vector{}); });
  }
}

void moving_average(Reader& reader, const Context& context) {
  const float* parameter = reader.floats();
  float* average = reader.floats();
  const index count = reader.integer();
  const Vector rest = broadcast(reader.number());  // 1 - decay
  forOwnVectors(context, count, [&](index i, auto access) {
    const Vector old = access.load(average + i);
    access.store(average + i, multiplyAdd(rest, access.load(parameter + i) - old, old));
  });
}

}  // namespace KERNEL_NAMESPACE
