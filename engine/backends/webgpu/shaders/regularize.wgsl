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
    let weight = f[p.parameterAt + index];
    value = p.l1 * abs(weight) + p.l2 * weight * weight;
    f[p.gradientAt + index] += p.l1 * signOf(weight) + 2.0 * p.l2 * weight;
  }
  let sum = sumOfGroup(value, invocation);
  if (invocation == 0u && part < p.parts) {
    f[p.partsAt + part] = sum;
  }
}
