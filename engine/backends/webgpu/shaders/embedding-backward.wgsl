// A workgroup for every row. The first row of an entry adds up all rows of that entry, in their order.
var<workgroup> earlier: atomic<u32>;

fn entryAt(row: u32) -> i32 {
  let entry = n[p.indicesAt + row * p.indicesStride];
  //#if LENGTHS
  if (row / p.batch >= u32(n[p.lengthsAt + row % p.batch])) {
    return -1;
  }
  //#end
  return select(-1, entry, entry >= 0 && u32(entry) < p.entries);
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
  let entry = entryAt(row);
  if (invocation == 0u) {
    atomicStore(&earlier, 0u);
  }
  workgroupBarrier();
  if (entry >= 0) {
    for (var other = invocation; other < row; other += 256u) {
      if (entryAt(other) == entry) {
        atomicStore(&earlier, 1u);
        break;
      }
    }
  }
  workgroupBarrier();
  if (entry < 0 || atomicLoad(&earlier) == 1u) {
    return;
  }
  for (var column = invocation; column < p.columns; column += 256u) {
    var sum = 0.0;
    for (var other = row; other < p.rows; other++) {
      if (entryAt(other) == entry) {
        sum += f[p.gradientAt + other * p.gradientStride + column];
      }
    }
    f[p.tableAt + u32(entry) * p.columns + column] += sum;
  }
}
