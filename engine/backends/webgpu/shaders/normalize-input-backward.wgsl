// A workgroup for each row: gradients [T*B,3H] of the three blocks of the projected input before normalization.
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
  var valid = true;
  //#if LENGTHS
  valid = row / p.batch < u32(n[p.lengthsAt + row % p.batch]);
  //#end
  for (var block = 0u; block < 3u; block++) {
    let normalizedAt = p.normalizedAt + (row * 6u + block) * UNITS;
    let at = p.gradientAt + row * 4u * UNITS + block * UNITS;
    var sums = vec4<f32>();
    for (var unit = invocation; unit < UNITS; unit += 256u) {
      let gradient = f[at + unit] * f[p.gainAt + block * UNITS + unit];
      sums += vec4<f32>(gradient, gradient * f[normalizedAt + unit], 0.0, 0.0);
    }
    sums = sumOfGroup4(sums, invocation) / f32(UNITS);
    let inverse = f[p.inverseAt + row * 6u + block];
    for (var unit = invocation; unit < UNITS; unit += 256u) {
      let gradient = f[at + unit] * f[p.gainAt + block * UNITS + unit];
      let value = inverse * (gradient - sums.x - f[normalizedAt + unit] * sums.y);
      f[p.to + row * 3u * UNITS + block * UNITS + unit] = select(0.0, value, valid);
    }
  }
}
