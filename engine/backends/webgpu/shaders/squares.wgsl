// Partial sums of squares, and of elements beyond the threshold, of blocks of 4096 elements of one tensor.
@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let part = group.y * groups.x + group.x;
  var sums = vec4<f32>();
  for (var turn = 0u; turn < 16u; turn++) {
    let index = part * 4096u + turn * 256u + invocation;
    if (index < p.count) {
      let value = f[p.at + index];
      sums += vec4<f32>(value * value, select(0.0, 1.0, abs(value) > p.threshold), 0.0, 0.0);
    }
  }
  sums = sumOfGroup4(sums, invocation);
  if (invocation == 0u && part < p.parts) {
    f[p.squaresAt + part] = sums.x;
    f[p.limitedAt + part] = sums.y;
  }
}
