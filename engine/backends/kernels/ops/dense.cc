// dense_forward and dense_backward.

#include "../activation.h"
#include "product.h"

namespace KERNEL_NAMESPACE {

void dense_forward(Reader& reader, const Context& context) {
  const MatrixView input = reader.matrix();
  const float* kernel = reader.floats();
  const float* bias = reader.floats();
  const MatrixView output = reader.matrix();
  float* preactivation = reader.floats();
  float* scratch = reader.floats();
  const index rows = rowCount(context, reader.flag());
  const Activation activation = Activation(reader.integer());
  const index width = output.columns;

  sharedProduct(context, rows, width, input.columns, rowMajor(input.data, input.stride), rowMajor(kernel, width),
                output.data, output.stride, false, scratch);
  context.barrier(context);
  withActivation(activation, [&](auto tag) {
    forOwnRows(context, rows, width, [&](index row, index column, auto access) {
      float* to = rowOf(output, row) + column;
      Vector value = access.load(to);
      if (bias != nullptr) value += access.load(bias + column);
      if (preactivation != nullptr) access.store(preactivation + row * width + column, value);
      access.store(to, activate<decltype(tag)::value>(value));
    });
  });
}

void dense_backward(Reader& reader, const Context& context) {
  const MatrixView input = reader.matrix();
  const float* kernel = reader.floats();
  const MatrixView output = reader.matrix();
  const float* preactivation = reader.floats();
  const MatrixView gradient = reader.matrix();
  const MatrixView inputGradient = reader.matrix();
  float* kernelGradient = reader.floats();
  float* biasGradient = reader.floats();
  float* scratch = reader.floats();
  const index rows = rowCount(context, reader.flag());
  const Activation activation = Activation(reader.integer());
  const bool accumulateInput = reader.flag();
  const bool accumulate = reader.flag();
  const index width = output.columns;

  if (activation != Activation::linear) {
    withActivation(activation, [&](auto tag) {
      constexpr Activation kind = decltype(tag)::value;
      forOwnRows(context, rows, width, [&](index row, index column, auto access) {
        const float* from = needsPreactivation(kind) ? preactivation + row * width : rowOf(output, row);
        float* to = rowOf(gradient, row) + column;
        access.store(to, access.load(to) * activationSlope<kind>(access.load(from + column)));
      });
    });
    context.barrier(context);
  }
  if (kernelGradient != nullptr) {
    sharedProduct(context, input.columns, width, rows, transposed(input.data, input.stride),
                  rowMajor(gradient.data, gradient.stride), kernelGradient, width, accumulate, scratch);
  }
  if (biasGradient != nullptr) {
    sumRows(context, rows, width, biasGradient, accumulate, [&](index row, index column, auto access) {
      return access.load(rowOf(gradient, row) + column);
    });
  }
  if (inputGradient.data != nullptr) {
    sharedProduct(context, rows, input.columns, width, rowMajor(gradient.data, gradient.stride),
                  transposed(kernel, width), inputGradient.data, inputGradient.stride, accumulateInput, scratch);
  }
}

}  // namespace KERNEL_NAMESPACE
