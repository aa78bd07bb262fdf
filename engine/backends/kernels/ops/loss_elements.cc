// Losses of real targets, a vector of terms at a time: along the columns, or gathered across rows where there are few.

#include "loss.h"

namespace KERNEL_NAMESPACE {

namespace {

// One vector of loss terms: what goes in and what comes out. `raw` and `rawGradient` are the second prediction of the
// Gaussian loss, `quantile` belongs to the pinball loss.
struct Terms {
  Vector prediction;
  Vector raw;
  Vector target;
  Vector quantile;
  Vector value;
  Vector gradient;
  Vector rawGradient;
};

template <LossKind Kind>
KERNEL_INLINE void compute(const LossArguments& loss, Terms& term) {
  const Vector p = term.prediction;
  const Vector y = term.target;
  const Vector d = p - y;
  const Vector zero = {};
  const Vector one = broadcast(1.0f);
  if constexpr (Kind == LossKind::meanSquaredError) {
    term.value = d * d;
    term.gradient = d + d;
  }
  if constexpr (Kind == LossKind::meanAbsoluteError) {
    term.value = absolute(d);
    term.gradient = select<Vector>(d == 0.0f, zero, copySign(one, d));
  }
  if constexpr (Kind == LossKind::huber) {
    const float delta = loss.first;
    const Vector distance = absolute(d);
    term.value = select<Vector>(distance <= delta, 0.5f * d * d, delta * (distance - 0.5f * delta));
    term.gradient = maximum(minimum(d, broadcast(delta)), broadcast(-delta));
  }
  if constexpr (Kind == LossKind::logCosh) {
    // ln cosh d = ln(1 + (e^a - 1)^2 e^-a / 2) with a = |d|: no cancellation near 0. From 15 on, a - ln 2.
    const Vector distance = absolute(d);
    const Vector near = minimum(distance, broadcast(15.0f));
    const Vector grown = expMinusOne(near);
    const Vector exact = logOnePlus(0.5f * grown * grown / (1.0f + grown));
    term.value = select<Vector>(distance < 15.0f, exact, distance - 0.69314718f);
    term.gradient = tanh(d);
  }
  if constexpr (Kind == LossKind::pinball) {
    const Vector shortfall = y - p;
    const Vector below = term.quantile * shortfall;
    term.value = select<Vector>(shortfall > 0.0f, below, below - shortfall);
    const Vector slope = select<Vector>(shortfall > 0.0f, -term.quantile, one - term.quantile);
    term.gradient = select<Vector>(shortfall == 0.0f, zero, slope);
  }
  if constexpr (Kind == LossKind::gaussian) {
    const Logistic<Vector> raw = logistic(term.raw);
    const Vector variance = raw.softplus + 1e-6f;
    const Vector scaled = d / variance;
    const Vector square = scaled * d;
    const Vector squareOfScaled = scaled * scaled;
    term.value = 0.5f * (log(variance) + square);
    term.gradient = scaled;
    term.rawGradient = 0.5f * (1.0f / variance - squareOfScaled) * raw.sigmoid;
  }
  if constexpr (Kind == LossKind::poisson) {
    const Vector rate = exp(p);
    const Vector expected = y * p;
    term.value = rate - expected;
    term.gradient = rate - y;
  }
  if constexpr (Kind == LossKind::binaryCrossEntropy) {
    const float smoothing = loss.second;
    const Vector smoothed = multiplyAdd(y, broadcast(1.0f - smoothing), broadcast(0.5f * smoothing));
    const Vector positive = loss.first * smoothed;
    const Vector negative = 1.0f - smoothed;
    const Logistic<Vector> of = logistic(p);
    const Vector lossOfPositive = positive * of.softplusOfMinus;
    term.value = multiplyAdd(negative, of.softplus, lossOfPositive);
    const Vector slopeOfPositive = positive * of.sigmoidOfMinus;
    term.gradient = multiplyAdd(negative, of.sigmoid, -slopeOfPositive);
  }
  if constexpr (Kind == LossKind::binaryFocal) {
    const float gamma = loss.first;
    const float alpha = loss.second;
    const Vector rest = 1.0f - y;
    const Vector forPositive = alpha * y;
    const Vector balance = alpha < 0.0f ? one : multiplyAdd(broadcast(1.0f - alpha), rest, forPositive);
    const Logistic<Vector> of = logistic(p);
    const Vector positive = of.sigmoid;
    const Vector negative = of.sigmoidOfMinus;
    const Vector missedPositive = negative * y;
    const Vector missed = multiplyAdd(positive, rest, missedPositive);  // 1 - p_t, without cancellation
    const Vector entropyOfPositive = y * of.softplusOfMinus;
    const Vector entropy = multiplyAdd(rest, of.softplus, entropyOfPositive);
    const Vector focus = power(missed, gamma);
    const Vector missedSlope = (1.0f - 2.0f * y) * positive * negative;
    const Vector steep = gamma * power(missed, gamma - 1.0f) * missedSlope;
    const Vector slope = select<Vector>(missed == 0.0f, zero, steep);
    term.value = balance * focus * entropy;
    const Vector ofEntropy = focus * (positive - y);
    term.gradient = balance * multiplyAdd(slope, entropy, ofEntropy);
  }
}

// A row with at least one vector of predictions, each with a target of its own.
template <LossKind Kind>
double sumWideRow(const LossArguments& loss, index row) {
  const float weight = loss.weights[row];
  const float factor = loss.scale * weight;
  const float* predictions = rowOf(loss.predictions, row);
  const index columns = loss.predictions.columns;
  const float* targets = loss.targets + row * columns;
  double total = 0;
  forVectors(0, columns, [&](index column, auto access) {
    Terms term = {};
    term.prediction = access.load(predictions + column);
    term.target = access.load(targets + column);
    compute<Kind>(loss, term);
    total += sumLanes(access.only(term.value));
    if (loss.gradient.data != nullptr) access.store(rowOf(loss.gradient, row) + column, factor * term.gradient);
  });
  return weight * total;
}

// Terms of any rows, gathered until a vector is full: `item` counts them within a row.
template <LossKind Kind>
double sumNarrowRows(const LossArguments& loss, index begin, index end) {
  constexpr index stride = Kind == LossKind::gaussian ? 2 : 1;
  const index quantiles = Kind == LossKind::pinball ? index(loss.first) : 1;
  const index perRow = loss.predictions.columns / stride;
  const index targets = perRow / quantiles;
  double total = 0;
  index row = begin;
  index item = 0;
  while (row < end) {
    float prediction[vectorLanes] = {};
    float raw[vectorLanes] = {};
    float target[vectorLanes] = {};
    float quantile[vectorLanes] = {};
    float weight[vectorLanes];
    float* gradient[vectorLanes] = {};
    index count = 0;
    while (count < vectorLanes && row < end) {
      if (loss.weights[row] == 0.0f) {
        row++;
        continue;
      }
      const float* source = rowOf(loss.predictions, row) + item * stride;
      prediction[count] = source[0];
      if (stride == 2) raw[count] = source[1];
      target[count] = loss.targets[row * targets + item / quantiles];
      if (Kind == LossKind::pinball) quantile[count] = loss.list[item % quantiles];
      weight[count] = loss.weights[row];
      if (loss.gradient.data != nullptr) gradient[count] = rowOf(loss.gradient, row) + item * stride;
      count++;
      if (++item == perRow) {
        item = 0;
        row++;
      }
    }
    Terms term = {load(prediction), load(raw), load(target), load(quantile), {}, {}, {}};
    compute<Kind>(loss, term);
    for (index lane = 0; lane < count; lane++) {
      total += double(weight[lane]) * term.value[lane];
      if (gradient[lane] == nullptr) continue;
      const float factor = loss.scale * weight[lane];
      gradient[lane][0] = factor * term.gradient[lane];
      if (stride == 2) gradient[lane][1] = factor * term.rawGradient[lane];
    }
  }
  return total;
}

// Rows without weight get gradient 0 and are not looked at, whatever they hold, NaN included.
template <LossKind Kind>
double sumRowsOf(const LossArguments& loss, index begin, index end) {
  const index columns = loss.predictions.columns;
  for (index row = begin; row < end; row++) {
    if (loss.weights[row] != 0.0f || loss.gradient.data == nullptr) continue;
    forVectors(0, columns, [&](index column, auto access) {
      access.store(rowOf(loss.gradient, row) + column, Vector{});
    });
  }
  if (Kind == LossKind::pinball || Kind == LossKind::gaussian || columns < vectorLanes) {
    return sumNarrowRows<Kind>(loss, begin, end);
  }
  double total = 0;
  for (index row = begin; row < end; row++) {
    if (loss.weights[row] != 0.0f) total += sumWideRow<Kind>(loss, row);
  }
  return total;
}

}  // namespace

double elementLoss(LossKind kind, const LossArguments& loss, index begin, index end) {
  using Kind = LossKind;
  switch (kind) {
    case Kind::meanSquaredError: return sumRowsOf<Kind::meanSquaredError>(loss, begin, end);
    case Kind::meanAbsoluteError: return sumRowsOf<Kind::meanAbsoluteError>(loss, begin, end);
    case Kind::huber: return sumRowsOf<Kind::huber>(loss, begin, end);
    case Kind::logCosh: return sumRowsOf<Kind::logCosh>(loss, begin, end);
    case Kind::pinball: return sumRowsOf<Kind::pinball>(loss, begin, end);
    case Kind::gaussian: return sumRowsOf<Kind::gaussian>(loss, begin, end);
    case Kind::poisson: return sumRowsOf<Kind::poisson>(loss, begin, end);
    case Kind::binaryCrossEntropy: return sumRowsOf<Kind::binaryCrossEntropy>(loss, begin, end);
    case Kind::binaryFocal: return sumRowsOf<Kind::binaryFocal>(loss, begin, end);
    case Kind::crossEntropy:
    case Kind::focal: return 0;
  }
  return 0;
}

}  // namespace KERNEL_NAMESPACE
