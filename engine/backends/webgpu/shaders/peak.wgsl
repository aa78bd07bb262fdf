// The largest absolute value of rows of a matrix: one number for each workgroup. What is not finite counts as the
// largest float.
const LARGEST: f32 = 3.4e38;
var<workgroup> cells: array<f32, 256>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  var largest = 0.0;
  for (var index = group.x * 256u + invocation; index < p.rows * p.columns; index += groups.x * 256u) {
    let value = f[p.at + (index / p.columns) * p.stride + index % p.columns];
    let finite = (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
    largest = max(largest, select(LARGEST, abs(value), finite));
  }
  cells[invocation] = largest;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (invocation < half) {
      cells[invocation] = max(cells[invocation], cells[invocation + half]);
    }
    workgroupBarrier();
  }
  if (invocation == 0u) {
    f[p.to + group.x] = cells[0];
  }
}
