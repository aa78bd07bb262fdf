// regularize, clip_gradients and constrain: what happens to gradients before the optimizer, and to parameters after it.
// Sums run in double over blocks of fixed size, whose partial sums are then added in order.

#include "elements.h"

namespace KERNEL_NAMESPACE {

namespace {

constexpr index sumLanesDouble = 8;

// The sum of term(x) over an array, in eight interleaved sums so that the compiler can use vectors of doubles.
template <class Term>
KERNEL_INLINE double sumTerms(const float* data, index count, Term term) {
  double sums[sumLanesDouble] = {};
  index i = 0;
  for (; i + sumLanesDouble <= count; i += sumLanesDouble) {
    for (index lane = 0; lane < sumLanesDouble; lane++) sums[lane] += term(double(data[i + lane]));
  }
  for (; i < count; i++) sums[0] += term(double(data[i]));
  double total = 0;
  for (index lane = 0; lane < sumLanesDouble; lane++) total += sums[lane];
  return total;
}

KERNEL_INLINE double square(double x) { return x * x; }

constexpr index blocksOf(index count) { return (count + blockElements - 1) / blockElements; }

// Calls body(block, begin, end) for the blocks of an array that are this thread's.
template <class Body>
KERNEL_INLINE void forOwnBlocks(const Context& context, index count, Body body) {
  const Range own = split(context, blocksOf(count), 1);
  for (index block = own.begin; block < own.end; block++) {
    const index begin = block * blockElements;
    body(block, begin, begin + blockElements < count ? begin + blockElements : count);
  }
}

struct Tensor {
  float* data;
  index count;
};

enum class Clip : int32 { none, value, tensorNorm, globalNorm };

// PyTorch's clip_grad_norm_; a norm that is not a number makes the gradient not a number.
double clipFactor(double norm, double threshold) {
  const double factor = threshold / (norm + 1e-6);
  return factor > 1.0 ? 1.0 : factor;
}

void scaleOwn(const Context& context, Tensor tensor, double factor) {
  if (factor == 1.0) return;
  const Vector by = broadcast(float(factor));
  forOwnVectors(context, tensor.count, [&](index i, auto access) {
    access.store(tensor.data + i, access.load(tensor.data + i) * by);
  });
}

}  // namespace

void regularize(Reader& reader, const Context& context) {
  const float* parameter = reader.floats();
  float* gradient = reader.floats();
  float* results = reader.floats();
  float* partial = reader.floats();
  const index count = reader.integer();
  const float l1 = reader.number();
  const float l2 = reader.number();
  const bool first = reader.flag();

  forOwnBlocks(context, count, [&](index block, index begin, index end) {
    const float* values = parameter + begin;
    const double absolutes = l1 == 0 ? 0 : sumTerms(values, end - begin, [](double x) { return __builtin_fabs(x); });
    const double squares = l2 == 0 ? 0 : sumTerms(values, end - begin, square);
    storeDouble(partial, block, l1 * absolutes + l2 * squares);
    forVectors(begin, end, [&](index i, auto access) {
      const Vector value = access.load(parameter + i);
      const Vector sign = select<Vector>(value == 0.0f, Vector{}, copySign(broadcast(1.0f), value));
      const Vector slope = multiplyAdd(broadcast(2.0f * l2), value, sign * l1);
      access.store(gradient + i, access.load(gradient + i) + slope);
    });
  });
  context.barrier(context);
  if (context.thread == 0) {
    const double before = first ? 0.0 : results[resultPenalty];
    results[resultPenalty] = float(before + sumDoubles(partial, blocksOf(count)));
  }
}

// The workspace holds, for each block of each tensor, the sum of squares and then the number of limited elements.
void clip_gradients(Reader& reader, const Context& context) {
  float* results = reader.floats();
  float* partial = reader.floats();
  const Clip mode = Clip(reader.integer());
  const float threshold = reader.number();
  const int32 tensors = reader.integer();
  const Reader start = reader;
  const auto next = [](Reader& list) -> Tensor {
    float* data = list.floats();
    return {data, list.integer()};
  };

  index base = 0;
  for (int32 tensor = 0; tensor < tensors; tensor++) {
    const Tensor gradient = next(reader);
    forOwnBlocks(context, gradient.count, [&](index block, index begin, index end) {
      const float* values = gradient.data + begin;
      storeDouble(partial, 2 * (base + block), sumTerms(values, end - begin, square));
      if (mode != Clip::value) return;
      double limited = 0;
      for (index i = begin; i < end; i++) limited += __builtin_fabsf(gradient.data[i]) > threshold;
      storeDouble(partial, 2 * (base + block) + 1, limited);
      forVectors(begin, end, [&](index i, auto access) {
        const Vector above = minimum(access.load(gradient.data + i), broadcast(threshold));
        access.store(gradient.data + i, maximum(above, broadcast(-threshold)));
      });
    });
    base += blocksOf(gradient.count);
  }
  context.barrier(context);

  // Every thread adds up all partial sums in the same order, and then scales its own elements.
  double squares = 0;
  double limited = 0;
  double elements = 0;
  double scaled = 0;
  base = 0;
  Reader list = start;
  for (int32 tensor = 0; tensor < tensors; tensor++) {
    const Tensor gradient = next(list);
    double own = 0;
    for (index block = 0; block < blocksOf(gradient.count); block++, base++) {
      own += loadDouble(partial, 2 * base);
      if (mode == Clip::value) limited += loadDouble(partial, 2 * base + 1);
    }
    squares += own;
    elements += double(gradient.count);
    if (mode != Clip::tensorNorm) continue;
    const double factor = clipFactor(__builtin_sqrt(own), threshold);
    scaled += factor < 1.0;
    scaleOwn(context, gradient, factor);
  }
  const double norm = __builtin_sqrt(squares);
  double fraction = mode == Clip::value ? limited / elements : mode == Clip::tensorNorm ? scaled / tensors : 0.0;
  if (mode == Clip::globalNorm) {
    const double factor = clipFactor(norm, threshold);
    fraction = factor < 1.0;
    list = start;
    for (int32 tensor = 0; tensor < tensors; tensor++) scaleOwn(context, next(list), factor);
  }
  if (context.thread == 0) {
    results[resultGradientNorm] = float(norm);
    results[resultClippedFraction] = float(fraction);
  }
}

namespace {

enum class Constraint : int32 { maxNorm, unitNorm, nonNegative };

}  // namespace

void constrain(Reader& reader, const Context& context) {
  float* parameter = reader.floats();
  const index rows = reader.integer();
  const index columns = reader.integer();
  const Constraint constraint = Constraint(reader.integer());
  const double limit = reader.number();
  if (constraint == Constraint::nonNegative) {
    forOwnVectors(context, rows * columns, [&](index i, auto access) {
      access.store(parameter + i, maximum(access.load(parameter + i), Vector{}));
    });
    return;
  }
  const Range own = split(context, columns, vectorLanes);
  for (index first = own.begin; first < own.end; first += vectorLanes) {
    const index width = own.end - first < vectorLanes ? own.end - first : vectorLanes;
    double squares[vectorLanes] = {};
    for (index row = 0; row < rows; row++) {
      const float* values = parameter + row * columns + first;
      for (index lane = 0; lane < width; lane++) squares[lane] += square(values[lane]);
    }
    float factors[vectorLanes] = {};
    for (index lane = 0; lane < width; lane++) {
      const double norm = __builtin_sqrt(squares[lane]);
      const double wanted = constraint == Constraint::unitNorm ? 1.0 : norm > limit ? limit : norm;
      factors[lane] = float(wanted / (1e-7 + norm));
    }
    for (index row = 0; row < rows; row++) {
      forVectors(0, width, [&](index lane, auto access) {
        float* value = parameter + row * columns + first + lane;
        access.store(value, access.load(value) * access.load(factors + lane));
      });
    }
  }
}

}  // namespace KERNEL_NAMESPACE
