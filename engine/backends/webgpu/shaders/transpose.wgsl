// A [rows,columns] in memory becomes [columns,rows].
var<workgroup> cells: array<f32, 272>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let x = invocation % 16u;
  let y = invocation / 16u;
  let row = group.y * 16u + y;
  let column = group.x * 16u + x;
  if (row < p.rows && column < p.columns) {
    cells[y * 17u + x] = f[p.at + row * p.columns + column];
  }
  workgroupBarrier();
  let toRow = group.x * 16u + y;
  let toColumn = group.y * 16u + x;
  if (toRow < p.columns && toColumn < p.rows) {
    f[p.to + toRow * p.rows + toColumn] = cells[x * 17u + y];
  }
}
