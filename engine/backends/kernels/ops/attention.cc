// attention_forward and attention_backward. The weights of a timestep lie side by side for all samples, so the softmax
// over time runs with one sample in each lane.

#include "product.h"

namespace KERNEL_NAMESPACE {

namespace {

// -1 in the lanes of samples [first, ...) whose length is beyond `step`.
KERNEL_INLINE IntVector validLanes(const Context& context, const int32* lengths, index first, index step) {
  IntVector valid;
  for (index lane = 0; lane < vectorLanes; lane++) {
    const index sample = first + lane;
    valid[lane] = sample < context.batch && step < lengthOf(context, lengths, sample) ? -1 : 0;
  }
  return valid;
}

KERNEL_INLINE float dot(const float* a, const float* b, index count) {
  Vector sum = {};
  forVectors(0, count, [&](index i, auto access) { sum = multiplyAdd(access.load(a + i), access.load(b + i), sum); });
  return sumLanes(sum);
}

}  // namespace

void attention_forward(Reader& reader, const Context& context) {
  const MatrixView input = reader.matrix();
  const float* kernel = reader.floats();
  const float* bias = reader.floats();
  const float* vector = reader.floats();
  const int32* lengths = reader.integers();
  float* projected = reader.floats();
  float* weights = reader.floats();
  const MatrixView output = reader.matrix();
  float* scratch = reader.floats();
  const index size = reader.integer();
  const index batch = context.batch;
  const index rows = rowCount(context, true);

  sharedProduct(context, rows, size, input.columns, rowMajor(input.data, input.stride), rowMajor(kernel, size),
                projected, size, false, scratch);
  context.barrier(context);
  const Range ownRows = split(context, rows, 1);
  for (index row = ownRows.begin; row < ownRows.end; row++) {
    float* values = projected + row * size;
    forVectors(0, size, [&](index i, auto access) {
      access.store(values + i, tanh(access.load(values + i) + access.load(bias + i)));
    });
    weights[row] = dot(values, vector, size);
  }
  context.barrier(context);

  const Range own = split(context, batch, vectorLanes);
  forVectors(own.begin, own.end, [&](index sample, auto access) {
    Vector largest = broadcast(-__builtin_inff());
    for (index step = 0; step < context.timesteps; step++) {
      const Vector score = access.load(weights + step * batch + sample);
      largest = select<Vector>(validLanes(context, lengths, sample, step), maximum(score, largest), largest);
    }
    Vector total = {};
    for (index step = 0; step < context.timesteps; step++) {
      float* at = weights + step * batch + sample;
      const IntVector valid = validLanes(context, lengths, sample, step);
      const Vector exponential = select<Vector>(valid, exp(access.load(at) - largest), Vector{});
      total += exponential;
      access.store(at, exponential);
    }
    for (index step = 0; step < context.timesteps; step++) {
      float* at = weights + step * batch + sample;
      access.store(at, select<Vector>(validLanes(context, lengths, sample, step), access.load(at) / total, Vector{}));
    }
  });
  for (index sample = own.begin; sample < own.end; sample++) {
    forVectors(0, input.columns, [&](index column, auto access) {
      Vector sum = {};
      for (index step = 0; step < lengthOf(context, lengths, sample); step++) {
        const index row = step * batch + sample;
        sum = multiplyAdd(broadcast(weights[row]), access.load(rowOf(input, row) + column), sum);
      }
      access.store(rowOf(output, sample) + column, sum);
    });
  }
}

void attention_backward(Reader& reader, const Context& context) {
  const MatrixView input = reader.matrix();
  const float* kernel = reader.floats();
  const float* vector = reader.floats();
  const int32* lengths = reader.integers();
  const float* projected = reader.floats();
  const float* weights = reader.floats();
  const MatrixView outputGradient = reader.matrix();
  const MatrixView inputGradient = reader.matrix();
  float* kernelGradient = reader.floats();
  float* biasGradient = reader.floats();
  float* vectorGradient = reader.floats();
  float* scratch = reader.floats();
  float* scores = reader.floats();  // [T*B] derivative with respect to each score
  float* sums = reader.floats();    // [T*B,size] derivative before the tanh
  const index size = reader.integer();
  const bool accumulateInput = reader.flag();
  const bool accumulate = reader.flag();
  const index batch = context.batch;
  const index rows = rowCount(context, true);

  const Range own = split(context, batch, 1);
  for (index sample = own.begin; sample < own.end; sample++) {
    const index length = lengthOf(context, lengths, sample);
    const float* gradient = rowOf(outputGradient, sample);
    double average = 0;
    for (index step = 0; step < length; step++) {
      const index row = step * batch + sample;
      scores[row] = dot(gradient, rowOf(input, row), input.columns);
      average += double(weights[row]) * scores[row];
    }
    for (index step = 0; step < context.timesteps; step++) {
      const index row = step * batch + sample;
      const bool valid = step < length;
      const float weight = valid ? weights[row] : 0.0f;
      scores[row] = valid ? weight * (scores[row] - float(average)) : 0.0f;
      forVectors(0, input.columns, [&](index column, auto access) {
        float* to = rowOf(inputGradient, row) + column;
        const Vector direct = broadcast(weight) * access.load(gradient + column);
        access.store(to, accumulateInput ? access.load(to) + direct : direct);
      });
      forVectors(0, size, [&](index unit, auto access) {
        const Vector value = access.load(projected + row * size + unit);
        const Vector slope = broadcast(scores[row]) * access.load(vector + unit) * (1.0f - value * value);
        access.store(sums + row * size + unit, valid ? slope : Vector{});
      });
    }
  }
  context.barrier(context);

  if (kernelGradient != nullptr) {
    sharedProduct(context, input.columns, size, rows, transposed(input.data, input.stride), rowMajor(sums, size),
                  kernelGradient, size, accumulate, scratch);
  }
  if (biasGradient != nullptr) {
    sumRows(context, rows, size, biasGradient, accumulate,
            [&](index row, index column, auto access) { return access.load(sums + row * size + column); });
  }
  if (vectorGradient != nullptr) {
    sumRows(context, rows, size, vectorGradient, accumulate, [&](index row, index column, auto access) {
      const float score = scores[row];  // 0 on padded steps, whose projection may be anything
      return score == 0.0f ? Vector{} : broadcast(score) * access.load(projected + row * size + column);
    });
  }
  sharedProduct(context, rows, input.columns, size, rowMajor(sums, size), transposed(kernel, size), inputGradient.data,
                inputGradient.stride, true, scratch);
}

}  // namespace KERNEL_NAMESPACE
