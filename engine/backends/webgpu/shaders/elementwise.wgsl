// One invocation for each of `p.count` elements. A grid of more than 65535 workgroups continues in its second dimension.
@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let index = (group.y * groups.x + group.x) * 256u + invocation;
  if (index < p.count) {
    element(index);
  }
}
