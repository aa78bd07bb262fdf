// A workgroup for each sample: the gradient of each step's score, [T*B], 0 on padded steps.
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
  let gradientAt = p.gradientAt + sample * p.gradientStride;
  var average = 0.0;
  for (var t = invocation; t < p.timesteps; t += 256u) {
    let row = t * p.batch + sample;
    var product = 0.0;
    if (t < length) {
      for (var column = 0u; column < p.columns; column++) {
        product += f[gradientAt + column] * f[p.inputAt + row * p.inputStride + column];
      }
      average += f[p.weightsAt + row] * product;
    }
    f[p.scoresAt + row] = product;
  }
  let mean = sumOfGroup(average, invocation);
  for (var t = invocation; t < p.timesteps; t += 256u) {
    let row = t * p.batch + sample;
    f[p.scoresAt + row] = select(0.0, f[p.weightsAt + row] * (f[p.scoresAt + row] - mean), t < length);
  }
}
