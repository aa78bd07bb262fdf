// A workgroup for each row of logits. Kinds: 0 cross-entropy, 1 focal.
var<workgroup> best: array<f32, 256>;

fn weightOf(class_: u32) -> f32 {
  //#if WEIGHTED
  return f[p.listAt + class_];
  //#else
  return 1.0;
  //#end
}

fn shareOf(class_: u32, label: u32) -> f32 {
  return (select(0.0, 1.0 - p.first, class_ == label) + p.first / f32(p.classes)) * weightOf(class_);
}

fn powerOf(base: f32, exponent: f32) -> f32 {
  if (exponent == 0.0) {
    return 1.0;
  }
  return select(select(pow(base, exponent), 0.0, base <= 0.0), base, isNan(base));
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= p.rows) {
    return;
  }
  let weight = f[p.weightsAt + row];
  let at = p.predictionsAt + row * p.predictionsStride;
  let to = p.gradientAt + row * p.gradientStride;
  let signed = n[p.targetsAt + row];
  let known = signed >= 0 && u32(signed) < p.classes;
  let label = select(0u, u32(signed), known);

  var largest = -3.4e38;
  for (var class_ = invocation; class_ < p.classes; class_ += 256u) {
    largest = max(largest, f[at + class_]);
  }
  best[invocation] = largest;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (invocation < half) {
      best[invocation] = max(best[invocation], best[invocation + half]);
    }
  }
  workgroupBarrier();
  let top = best[0];
  // x: exponentials, y: those of the other classes, z: shares, w: shares times (logit - top).
  var sums = vec4<f32>();
  for (var class_ = invocation; class_ < p.classes; class_ += 256u) {
    let shifted = f[at + class_] - top;
    let exponential = expOf(shifted);
    let share = shareOf(class_, label);
    sums += vec4<f32>(exponential, select(exponential, 0.0, class_ == label), share, share * shifted);
  }
  sums = sumOfGroup4(sums, invocation);
  let logTotal = log(sums.x);
  let logTrue = f[at + label] - top - logTotal;
  var value = 0.0;
  var factor = 0.0;
  if (KIND == 0u) {
    value = sums.z * logTotal - sums.w;
  } else {
    let missed = sums.y / sums.x;
    let focus = powerOf(missed, p.first);
    var steep = 0.0;
    if (missed != 0.0) {
      steep = p.first * powerOf(missed, p.first - 1.0) * exp(logTrue) * logTrue;
    }
    value = -weightOf(label) * focus * logTrue;
    factor = weightOf(label) * (steep - focus);
  }
  let scale = f[p.scaleAt] * weight;
  let invalid = bitcast<f32>(0x7fc00000u | p.zero);
  //#if GRADIENT
  for (var class_ = invocation; class_ < p.classes; class_ += 256u) {
    let probability = expOf(f[at + class_] - top - logTotal);
    var slope = 0.0;
    if (KIND == 0u) {
      slope = probability * sums.z - shareOf(class_, label);
    } else {
      slope = factor * (select(0.0, 1.0, class_ == label) - probability);
    }
    f[to + class_] = select(select(invalid, scale * slope, known), 0.0, weight == 0.0);
  }
  //#end
  if (invocation == 0u) {
    f[p.partsAt + row] = select(select(invalid, weight * value, known), 0.0, weight == 0.0);
  }
}
