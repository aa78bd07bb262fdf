// optimizer_update: the formulas of engine/ops/optimizer.ts, one function object for each kind.

#include "elements.h"

namespace KERNEL_NAMESPACE {

namespace {

// In the order of encode/optimizer.ts.
enum class OptimizerKind : int32 { sgd, adam, adamax, nadam, radam, rmsprop, adagrad, adadelta, lion };

// What an update formula may use: its constants and this step's coefficients, broadcast to vectors.
struct Settings {
  Vector c0, c1, c2;        // this step's coefficients
  Vector keep1, take1;      // b1 and 1 - b1 (momentum, alpha and rho also stand in `keep1`)
  Vector keep2, take2;      // b2 and 1 - b2 (rmsprop's momentum stands in `keep2`)
  Vector epsilon;
  bool variant;             // nesterov, amsgrad, centered
  bool rectified;           // radam: c1 > 0
};

// The values of an optimizer's slots at one vector of elements.
struct State {
  Vector s0, s1, s2;
};

KERNEL_INLINE Vector blend(Vector keep, Vector old, Vector take, Vector value) {
  const Vector taken = take * value;
  return multiplyAdd(keep, old, taken);
}

KERNEL_INLINE void updateMoments(const Settings& use, Vector g, State& s) {
  s.s0 = blend(use.keep1, s.s0, use.take1, g);
  s.s1 = blend(use.keep2, s.s1, use.take2, g * g);
}

KERNEL_INLINE Vector signOf(Vector x) {
  const Vector one = broadcast(1.0f);
  return select<Vector>(x > 0.0f, one, select<Vector>(x < 0.0f, -one, x));  // 0 and NaN stay
}

// The direction in which an element moves, for a learning rate of one. `Slots` is how many slots are in use.
template <OptimizerKind Kind, int Slots>
KERNEL_INLINE Vector direction(const Settings& use, Vector g, State& s) {
  if constexpr (Kind == OptimizerKind::sgd) {
    if constexpr (Slots == 0) return g;
    s.s0 = multiplyAdd(use.keep1, s.s0, g);
    return use.variant ? multiplyAdd(use.keep1, s.s0, g) : s.s0;
  }
  if constexpr (Kind == OptimizerKind::adam) {
    updateMoments(use, g, s);
    if constexpr (Slots == 3) s.s2 = maximum(s.s1, s.s2);
    const Vector root = squareRoot(Slots == 3 ? s.s2 : s.s1);
    return use.c0 * s.s0 / multiplyAdd(root, use.c1, use.epsilon);
  }
  if constexpr (Kind == OptimizerKind::adamax) {
    s.s0 = blend(use.keep1, s.s0, use.take1, g);
    s.s1 = maximum(absolute(g) + use.epsilon, use.keep2 * s.s1);
    return use.c0 * s.s0 / s.s1;
  }
  if constexpr (Kind == OptimizerKind::nadam) {
    updateMoments(use, g, s);
    return blend(use.c1, s.s0, use.c0, g) / multiplyAdd(squareRoot(s.s1), use.c2, use.epsilon);
  }
  if constexpr (Kind == OptimizerKind::radam) {
    updateMoments(use, g, s);
    const Vector mean = use.c0 * s.s0;
    return use.rectified ? mean * use.c1 / (squareRoot(s.s1) + use.epsilon) : mean;
  }
  if constexpr (Kind == OptimizerKind::rmsprop) {
    s.s0 = blend(use.keep1, s.s0, use.take1, g * g);
    Vector variance = s.s0;
    if (use.variant) {
      s.s1 = blend(use.keep1, s.s1, use.take1, g);
      variance = maximum(s.s0 - s.s1 * s.s1, Vector{});
    }
    Vector update = g / (squareRoot(variance) + use.epsilon);
    if constexpr (Slots == 3) update = s.s2 = multiplyAdd(use.keep2, s.s2, update);
    if constexpr (Slots == 2) {
      if (!use.variant) update = s.s1 = multiplyAdd(use.keep2, s.s1, update);
    }
    return update;
  }
  if constexpr (Kind == OptimizerKind::adagrad) {
    s.s0 = multiplyAdd(g, g, s.s0);
    return g / (squareRoot(s.s0) + use.epsilon);
  }
  if constexpr (Kind == OptimizerKind::adadelta) {
    s.s0 = blend(use.keep1, s.s0, use.take1, g * g);
    const Vector update = g * squareRoot(s.s1 + use.epsilon) / squareRoot(s.s0 + use.epsilon);
    s.s1 = blend(use.keep1, s.s1, use.take1, update * update);
    return update;
  }
  const Vector moved = signOf(blend(use.keep1, s.s0, use.take1, g));  // lion
  s.s0 = blend(use.keep2, s.s0, use.take2, g);
  return moved;
}

struct Update {
  float* parameter;
  const float* gradient;
  float* slots[3];
  index count;
  Vector rate;
  Vector decayRate;  // learning rate times decoupled weight decay
};

template <OptimizerKind Kind, int Slots>
void apply(const Context& context, const Update& update, const Settings& settings) {
  const Settings use = settings;
  forOwnVectors(context, update.count, [&](index i, auto access) {
    State state = {};
    if constexpr (Slots > 0) state.s0 = access.load(update.slots[0] + i);
    if constexpr (Slots > 1) state.s1 = access.load(update.slots[1] + i);
    if constexpr (Slots > 2) state.s2 = access.load(update.slots[2] + i);
    const Vector old = access.load(update.parameter + i);
    const Vector decayed = multiplyAdd(-update.decayRate, old, old);
    const Vector moved = direction<Kind, Slots>(use, access.load(update.gradient + i), state);
    access.store(update.parameter + i, multiplyAdd(-update.rate, moved, decayed));
    if constexpr (Slots > 0) access.store(update.slots[0] + i, state.s0);
    if constexpr (Slots > 1) access.store(update.slots[1] + i, state.s1);
    if constexpr (Slots > 2) access.store(update.slots[2] + i, state.s2);
  });
}

}  // namespace

void optimizer_update(Reader& reader, const Context& context) {
  using Kind = OptimizerKind;
  Update update;
  update.parameter = reader.floats();
  update.gradient = reader.floats();
  const float* scalars = reader.floats();
  const Kind kind = Kind(reader.integer());
  const int32 slots = reader.integer();
  for (int32 slot = 0; slot < slots; slot++) update.slots[slot] = reader.floats();
  update.count = reader.integer();
  const float rate = scalars[scalarLearningRate] * reader.number();
  update.rate = broadcast(rate);
  update.decayRate = broadcast(rate * reader.number());

  Settings use;
  use.c0 = broadcast(scalars[scalarC0]);
  use.c1 = broadcast(scalars[scalarC1]);
  use.c2 = broadcast(scalars[scalarC2]);
  use.rectified = scalars[scalarC1] > 0.0f;
  use.keep1 = broadcast(reader.number());
  use.take1 = broadcast(reader.number());
  use.keep2 = broadcast(reader.number());
  use.take2 = broadcast(reader.number());
  use.epsilon = broadcast(reader.number());
  use.variant = reader.flag();

  switch (kind) {
    case Kind::sgd: return slots == 0 ? apply<Kind::sgd, 0>(context, update, use) : apply<Kind::sgd, 1>(context, update, use);
    case Kind::adam: return slots == 3 ? apply<Kind::adam, 3>(context, update, use) : apply<Kind::adam, 2>(context, update, use);
    case Kind::adamax: return apply<Kind::adamax, 2>(context, update, use);
    case Kind::nadam: return apply<Kind::nadam, 2>(context, update, use);
    case Kind::radam: return apply<Kind::radam, 2>(context, update, use);
    case Kind::rmsprop:
      if (slots == 1) return apply<Kind::rmsprop, 1>(context, update, use);
      return slots == 2 ? apply<Kind::rmsprop, 2>(context, update, use) : apply<Kind::rmsprop, 3>(context, update, use);
    case Kind::adagrad: return apply<Kind::adagrad, 1>(context, update, use);
    case Kind::adadelta: return apply<Kind::adadelta, 2>(context, update, use);
    case Kind::lion: return apply<Kind::lion, 1>(context, update, use);
  }
}

}  // namespace KERNEL_NAMESPACE
