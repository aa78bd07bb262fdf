// Losses of one label over the logits of all classes.

#include "loss.h"

namespace KERNEL_NAMESPACE {

namespace {

KERNEL_INLINE float logOf(float x) { return log(broadcast(x))[0]; }

// e^(logit - largest) of a row, summed apart for the label and for the other classes, so that the probability of a
// miss is exact however small it is. The exponentials are left in `exponentials` unless it is null.
struct Softmax {
  float largest;
  float ofLabel;
  double ofOthers;
  double total() const { return ofOthers + ofLabel; }
};

KERNEL_INLINE Softmax softmax(const float* logits, index classes, index label, float* exponentials) {
  Vector greatest = broadcast(logits[0]);
  index i = 0;
  for (; i + vectorLanes <= classes; i += vectorLanes) greatest = maximum(load(logits + i), greatest);
  float largest = greatest[0];
  for (index lane = 1; lane < vectorLanes; lane++) largest = greatest[lane] > largest ? greatest[lane] : largest;
  for (; i < classes; i++) largest = logits[i] > largest ? logits[i] : largest;

  Softmax result = {largest, 0.0f, 0.0};
  const auto add = [&](index first, Vector exponential, index count) {
    // The label and, in the last vector, the lanes beyond the last class do not count as others.
    if (first <= label && label < first + count) {
      result.ofLabel = exponential[label - first];
      exponential[label - first] = 0.0f;
    }
    for (index lane = count; lane < vectorLanes; lane++) exponential[lane] = 0.0f;
    result.ofOthers += sumLanes(exponential);
  };
  for (i = 0; i + vectorLanes <= classes; i += vectorLanes) {
    const Vector exponential = exp(load(logits + i) - largest);
    if (exponentials != nullptr) store(exponentials + i, exponential);
    add(i, exponential, vectorLanes);
  }
  if (i < classes) {
    const Vector exponential = exp(loadPartial(logits + i, classes - i) - largest);
    if (exponentials != nullptr) storePartial(exponentials + i, exponential, classes - i);
    add(i, exponential, classes - i);
  }
  return result;
}

// gradient[k] = by * gradient[k], which holds the exponentials, + shift * (class weight of k).
KERNEL_INLINE void scaleRow(float* gradient, index classes, float by, float shift, const float* classWeights) {
  forVectors(0, classes, [&](index i, auto access) {
    const Vector target = classWeights == nullptr ? broadcast(shift) : shift * access.load(classWeights + i);
    access.store(gradient + i, multiplyAdd(access.load(gradient + i), broadcast(by), target));
  });
}

double crossEntropy(const LossArguments& loss, const float* logits, index label, float* gradient, float factor) {
  const index classes = loss.predictions.columns;
  const float smoothing = loss.first;
  const float share = smoothing / float(classes);
  const float labelWeight = loss.list == nullptr ? 1.0f : loss.list[label];
  const Softmax row = softmax(logits, classes, label, gradient);
  const double logTotal = logOf(float(row.total()));
  const double logOfLabel = double(logits[label]) - row.largest - logTotal;

  const double onLabel = (1.0 - smoothing) * labelWeight;
  double value = -onLabel * logOfLabel;
  double targets = onLabel;  // sum of the weighted targets
  if (smoothing != 0.0f) {
    for (index k = 0; k < classes; k++) {
      const double target = loss.list == nullptr ? share : share * loss.list[k];
      targets += target;
      value -= target * (double(logits[k]) - row.largest - logTotal);
    }
  }
  if (gradient != nullptr) {
    scaleRow(gradient, classes, float(factor * targets / row.total()), -factor * share, loss.list);
    if (smoothing == 0.0f) {
      // p - 1 for the label as -(1 - p), which stays exact when p is close to 1.
      gradient[label] = float(-factor * onLabel * (row.ofOthers / row.total()));
    } else {
      gradient[label] -= float(factor * onLabel);
    }
  }
  return value;
}

double focal(const LossArguments& loss, const float* logits, index label, float* gradient, float factor) {
  const index classes = loss.predictions.columns;
  const float gamma = loss.first;
  const double balance = loss.list == nullptr ? 1.0 : loss.list[label];
  const Softmax row = softmax(logits, classes, label, gradient);
  const double total = row.total();
  const double logOfLabel = double(logits[label]) - row.largest - logOf(float(total));
  const float missed = float(row.ofOthers / total);
  const double focus = power(broadcast(missed), gamma)[0];
  if (gradient != nullptr) {
    const double steep = power(broadcast(missed), gamma - 1.0f)[0];
    const double slope = missed == 0.0f ? 0.0 : gamma * steep * (row.ofLabel / total) * logOfLabel;
    const double common = factor * balance * (slope - focus);  // times (1 if label) - probability
    scaleRow(gradient, classes, float(-common / total), 0.0f, nullptr);
    gradient[label] = float(common * missed);
  }
  return -balance * focus * logOfLabel;
}

}  // namespace

double classLoss(LossKind kind, const LossArguments& loss, index begin, index end) {
  const index classes = loss.predictions.columns;
  const int32* labels = reinterpret_cast<const int32*>(loss.targets);
  const float invalid = __builtin_nanf("");
  double total = 0;
  for (index row = begin; row < end; row++) {
    const float weight = loss.weights[row];
    float* gradient = loss.gradient.data == nullptr ? nullptr : rowOf(loss.gradient, row);
    // A row without weight is not looked at. A label outside the classes must not read other memory: it becomes NaN.
    const bool valid = labels[row] >= 0 && labels[row] < classes;
    if (weight == 0.0f || !valid) {
      const float fill = weight == 0.0f ? 0.0f : invalid;
      for (index k = 0; gradient != nullptr && k < classes; k++) gradient[k] = fill;
      total += fill;
      continue;
    }
    const float* logits = rowOf(loss.predictions, row);
    const float factor = loss.scale * weight;
    const double value = kind == LossKind::focal ? focal(loss, logits, labels[row], gradient, factor)
                                                 : crossEntropy(loss, logits, labels[row], gradient, factor);
    total += weight * value;
  }
  return total;
}

}  // namespace KERNEL_NAMESPACE
