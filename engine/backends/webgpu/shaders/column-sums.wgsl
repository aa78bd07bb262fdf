// Partial sums of columns: a workgroup takes 32 columns and one slice of the rows, eight at a time.
var<workgroup> cells: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let column = group.x * 32u + invocation % 32u;
  let first = group.y * p.rowsPerPart;
  let end = min(first + p.rowsPerPart, p.rows);
  var sum = 0.0;
  if (column < p.columns) {
    for (var row = first + invocation / 32u; row < end; row += 8u) {
      //#if FACTORS
      //#if LENGTHS
      if (row / p.batch >= u32(n[p.lengthsAt + row % p.batch])) {
        continue;
      }
      //#end
      sum += f[p.at + row * p.stride + column] * f[p.factorsAt + row * p.factorsStride + column];
      //#else
      //#if HALF
      sum += loadHalf(p.at + row * p.stride + column);
      //#else
      sum += f[p.at + row * p.stride + column];
      //#end
      //#end
    }
  }
  cells[invocation] = sum;
  workgroupBarrier();
  if (invocation < 32u && column < p.columns) {
    for (var other = 32u; other < 256u; other += 32u) {
      sum += cells[invocation + other];
    }
    //#if SCALED
    sum *= scaleOfRead();
    //#end
    f[p.to + group.y * p.columns + column] = sum;
  }
}
