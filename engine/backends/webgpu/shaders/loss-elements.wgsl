// An invocation for each row and target; a workgroup's weighted terms go into one partial sum.
// Kinds: 0 squared, 1 absolute, 2 huber, 3 logCosh, 4 pinball, 5 gaussian, 6 poisson, 7 binary cross-entropy, 8 focal.
fn powerOf(base: f32, exponent: f32) -> f32 {
  if (exponent == 0.0) {
    return 1.0;
  }
  return select(select(pow(base, exponent), 0.0, base <= 0.0), base, isNan(base));
}

fn termOf(at: u32, to: u32, target_: f32, factor: f32) -> f32 {
  let prediction = f[at];
  let difference = prediction - target_;
  var value = 0.0;
  var slope = 0.0;
  if (KIND == 0u) {
    value = difference * difference;
    slope = 2.0 * difference;
  } else if (KIND == 1u) {
    value = abs(difference);
    slope = signOf(difference);
  } else if (KIND == 2u) {
    let distance = abs(difference);
    value = select(p.first * (distance - 0.5 * p.first), 0.5 * difference * difference, distance <= p.first || isNan(distance));
    slope = clampOf(difference, -p.first, p.first);
  } else if (KIND == 3u) {
    // ln cosh d = ln(1 + (e^a - 1)^2 e^-a / 2) with a = |d|: no cancellation near 0.
    let distance = abs(difference);
    let shrunk = -expMinusOne(-distance);
    let exact = logOnePlus(0.5 * shrunk * shrunk * exp(min(distance, 15.0)));
    value = select(distance - 0.69314718, exact, distance < 15.0 || isNan(distance));
    value = select(value, distance, isNan(distance));
    slope = tanhOf(difference);
  } else if (KIND == 4u) {
    for (var quantile = 0u; quantile < GROUP; quantile++) {
      let share = f[p.listAt + quantile];
      let shortfall = target_ - f[at + quantile];
      value += select((share - 1.0) * shortfall, share * shortfall, shortfall > 0.0);
      //#if GRADIENT
      f[to + quantile] = factor * select(select(1.0 - share, -share, shortfall > 0.0), 0.0, shortfall == 0.0);
      //#end
    }
    return value;
  } else if (KIND == 5u) {
    let raw = f[at + 1u];
    let variance = softplusOf(raw) + 1e-6;
    let scaled = difference / variance;
    value = 0.5 * (log(variance) + scaled * difference);
    slope = scaled;
    //#if GRADIENT
    f[to + GROUP - 1u] = factor * 0.5 * (1.0 / variance - scaled * scaled) * sigmoidOf(raw);
    //#end
  } else if (KIND == 6u) {
    let rate = expOf(prediction);
    value = rate - target_ * prediction;
    slope = rate - target_;
  } else if (KIND == 7u) {
    let smoothed = target_ * (1.0 - p.second) + 0.5 * p.second;
    let positive = p.first * smoothed;
    let negative = 1.0 - smoothed;
    value = positive * softplusOf(-prediction) + negative * softplusOf(prediction);
    slope = -positive * sigmoidOf(-prediction) + negative * sigmoidOf(prediction);
  } else {
    var balance = 1.0;
    if (p.second >= 0.0) {
      balance = p.second * target_ + (1.0 - p.second) * (1.0 - target_);
    }
    let positive = sigmoidOf(prediction);
    let negative = sigmoidOf(-prediction);
    let missed = negative * target_ + positive * (1.0 - target_);
    let entropy = target_ * softplusOf(-prediction) + (1.0 - target_) * softplusOf(prediction);
    let focus = powerOf(missed, p.first);
    var steep = 0.0;
    if (missed != 0.0) {
      steep = p.first * powerOf(missed, p.first - 1.0) * (1.0 - 2.0 * target_) * positive * negative;
    }
    value = balance * focus * entropy;
    slope = balance * (focus * (positive - target_) + steep * entropy);
  }
  //#if GRADIENT
  f[to] = factor * slope;
  //#end
  return value;
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let part = group.y * groups.x + group.x;
  let index = part * 256u + invocation;
  var value = 0.0;
  if (index < p.count) {
    let row = index / p.targets;
    let column = (index % p.targets) * GROUP;
    let weight = f[p.weightsAt + row];
    let to = p.gradientAt + row * p.gradientStride + column;
    // A row without weight is not looked at: padding may hold anything, NaN included.
    if (weight != 0.0) {
      let factor = f[p.scaleAt] * weight;
      value = weight * termOf(p.predictionsAt + row * p.predictionsStride + column, to, f[p.targetsAt + index], factor);
    } else {
      //#if GRADIENT
      for (var other = 0u; other < GROUP; other++) {
        f[to + other] = 0.0;
      }
      //#end
    }
  }
  let sum = sumOfGroup(value, invocation);
  if (invocation == 0u && part < p.parts) {
    f[p.partsAt + part] = sum;
  }
}
