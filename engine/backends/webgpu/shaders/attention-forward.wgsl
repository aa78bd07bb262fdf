// A workgroup for each sample: scores, their softmax over the valid steps, and the weighted sum.
var<workgroup> best: array<f32, 256>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let sample = group.y * groups.x + group.x;
  if (sample >= p.batch) {
    return;
  }
  var length = p.timesteps;
  //#if LENGTHS
  length = u32(n[p.lengthsAt + sample]);
  //#end
  var largest = -3.4e38;
  for (var t = invocation; t < p.timesteps; t += 256u) {
    let row = t * p.batch + sample;
    var score = 0.0;
    if (t < length) {
      for (var unit = 0u; unit < p.size; unit++) {
        score += f[p.projectedAt + row * p.size + unit] * f[p.vectorAt + unit];
      }
      largest = max(largest, score);
    }
    f[p.weightsAt + row] = score;
  }
  best[invocation] = largest;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (invocation < half) {
      best[invocation] = max(best[invocation], best[invocation + half]);
    }
  }
  workgroupBarrier();
  var total = 0.0;
  for (var t = invocation; t < p.timesteps; t += 256u) {
    let at = p.weightsAt + t * p.batch + sample;
    var weight = 0.0;
    if (t < length) {
      weight = expOf(f[at] - best[0]);
    }
    total += weight;
    f[at] = weight;
  }
  let sum = sumOfGroup(total, invocation);
  for (var t = invocation; t < length; t += 256u) {
    f[p.weightsAt + t * p.batch + sample] /= sum;
  }
  storageBarrier();
  workgroupBarrier();
  for (var column = invocation; column < p.columns; column += 256u) {
    var output = 0.0;
    for (var t = 0u; t < length; t++) {
      let row = t * p.batch + sample;
      output += f[p.weightsAt + row] * f[p.inputAt + row * p.inputStride + column];
    }
    f[p.outputAt + sample * p.outputStride + column] = output;
  }
}
