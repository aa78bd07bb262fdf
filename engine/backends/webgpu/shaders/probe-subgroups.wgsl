// Counts invocations whose subgroup is not a run of neighbors in the order of their index.
enable subgroups;
@group(0) @binding(0) var<storage, read_write> wrong: atomic<u32>;

@compute @workgroup_size(WORKERS)
fn main(
  @builtin(local_invocation_index) invocation: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
) {
  let first = subgroupMin(invocation);
  if (lane != invocation % size || first + lane != invocation) {
    atomicAdd(&wrong, 1u);
  }
}
