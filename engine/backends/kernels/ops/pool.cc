// pool_forward and pool_backward.

#include "elements.h"

namespace KERNEL_NAMESPACE {

namespace {

// In the order of encode/pool.ts.
enum class Pool : int32 { last, first, mean, max };

}  // namespace

void pool_forward(Reader& reader, const Context& context) {
  const MatrixView input = reader.matrix();
  const MatrixView output = reader.matrix();
  const int32* lengths = reader.integers();
  int32* positions = reader.integers();
  const Pool mode = Pool(reader.integer());
  const index batch = context.batch;
  forOwnRows(context, batch, input.columns, [&](index sample, index column, auto access) {
    const index length = lengthOf(context, lengths, sample);
    const auto at = [&](index step) { return access.load(rowOf(input, step * batch + sample) + column); };
    Vector pooled = at(mode == Pool::last ? length - 1 : 0);
    IntVector position = IntVector{} + int32(mode == Pool::last ? length - 1 : 0);
    if (mode == Pool::mean) {
      for (index step = 1; step < length; step++) pooled += at(step);
      pooled /= float(length);
    }
    if (mode == Pool::max) {
      for (index step = 1; step < length; step++) {
        const Vector value = at(step);
        const IntVector larger = value > pooled;
        pooled = select<Vector>(larger, value, pooled);
        position = (larger & int32(step)) | (~larger & position);
      }
    }
    access.store(rowOf(output, sample) + column, pooled);
    if (positions != nullptr) {
      access.store(reinterpret_cast<float*>(positions) + sample * input.columns + column, (Vector)position);
    }
  });
}

void pool_backward(Reader& reader, const Context& context) {
  const MatrixView outputGradient = reader.matrix();
  const MatrixView inputGradient = reader.matrix();
  const int32* lengths = reader.integers();
  const int32* positions = reader.integers();
  const Pool mode = Pool(reader.integer());
  const bool accumulate = reader.flag();
  const index batch = context.batch;
  const index columns = outputGradient.columns;
  forOwnRows(context, batch, columns, [&](index sample, index column, auto access) {
    const index length = lengthOf(context, lengths, sample);
    const Vector gradient = access.load(rowOf(outputGradient, sample) + column);
    const Vector share = mode == Pool::mean ? gradient / float(length) : gradient;
    IntVector position = {};
    if (mode == Pool::max) {
      position = (IntVector)access.load(reinterpret_cast<const float*>(positions) + sample * columns + column);
    }
    for (index step = 0; step < context.timesteps; step++) {
      float* to = rowOf(inputGradient, step * batch + sample) + column;
      Vector value = {};
      if (mode == Pool::max) value = select<Vector>(position == int32(step), share, value);
      else if (mode == Pool::mean ? step < length : step == (mode == Pool::last ? length - 1 : 0)) value = share;
      access.store(to, accumulate ? access.load(to) + value : value);
    }
  });
}

}  // namespace KERNEL_NAMESPACE
