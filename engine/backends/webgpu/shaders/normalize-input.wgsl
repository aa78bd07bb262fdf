// A workgroup for each row of the projected input [T*B,3H]: layer normalization of its three blocks, gain and bias.
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
  for (var block = 0u; block < 3u; block++) {
    let at = p.at + row * p.stride + block * UNITS;
    var sum = 0.0;
    for (var unit = invocation; unit < UNITS; unit += 256u) {
      sum += f[at + unit];
    }
    let mean = sumOfGroup(sum, invocation) / f32(UNITS);
    sum = 0.0;
    for (var unit = invocation; unit < UNITS; unit += 256u) {
      let distance = f[at + unit] - mean;
      sum += distance * distance;
    }
    let inverse = 1.0 / sqrt(sumOfGroup(sum, invocation) / f32(UNITS) + 1e-5);
    for (var unit = invocation; unit < UNITS; unit += 256u) {
      let normalized = (f[at + unit] - mean) * inverse;
      var value = normalized * f[p.gainAt + block * UNITS + unit];
      //#if BIAS
      value += f[p.biasAt + block * UNITS + unit];
      //#end
      f[at + unit] = value;
      //#if SAVED
      f[p.normalizedAt + (row * 6u + block) * UNITS + unit] = normalized;
      //#end
    }
    //#if SAVED
    if (invocation == 0u) {
      f[p.inverseAt + row * 6u + block] = inverse;
    }
    //#end
  }
}
