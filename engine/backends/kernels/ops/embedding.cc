// embedding_forward and embedding_backward.

#include "elements.h"

namespace KERNEL_NAMESPACE {

// An index outside the table is a fault of the data that must not read other memory: its row becomes NaN.
void embedding_forward(Reader& reader, const Context& context) {
  const MatrixView indices = reader.matrix();
  const float* table = reader.floats();
  const MatrixView output = reader.matrix();
  const int32 entries = reader.integer();
  const index width = output.columns;
  const Vector invalid = broadcast(__builtin_nanf(""));
  forOwnRows(context, rowCount(context, true), width, [&](index row, index column, auto access) {
    const int32 entry = reinterpret_cast<const int32*>(rowOf(indices, row))[0];
    const bool valid = entry >= 0 && entry < entries;
    access.store(rowOf(output, row) + column, valid ? access.load(table + entry * width + column) : invalid);
  });
}

// Each thread owns the entries e with e % threads == thread, so that the frequent ones (the first, in a vocabulary
// sorted by frequency) are shared out, and adds their rows in order.
void embedding_backward(Reader& reader, const Context& context) {
  const MatrixView indices = reader.matrix();
  const int32* lengths = reader.integers();
  const MatrixView gradient = reader.matrix();
  float* table = reader.floats();
  const int32 entries = reader.integer();
  const bool accumulate = reader.flag();
  const index width = gradient.columns;
  const auto isOwn = [&](int32 entry) { return entry % context.threads == context.thread; };

  for (int32 entry = 0; !accumulate && entry < entries; entry++) {
    if (!isOwn(entry)) continue;
    forVectors(0, width, [&](index column, auto access) { access.store(table + entry * width + column, Vector{}); });
  }
  for (index step = 0; step < context.timesteps; step++) {
    for (index sample = 0; sample < context.batch; sample++) {
      const index row = step * context.batch + sample;
      const int32 entry = reinterpret_cast<const int32*>(rowOf(indices, row))[0];
      if (entry < 0 || entry >= entries || !isOwn(entry) || step >= lengthOf(context, lengths, sample)) continue;
      forVectors(0, width, [&](index column, auto access) {
        float* sum = table + entry * width + column;
        access.store(sum, access.load(sum) + access.load(rowOf(gradient, row) + column));
      });
    }
  }
}

}  // namespace KERNEL_NAMESPACE
