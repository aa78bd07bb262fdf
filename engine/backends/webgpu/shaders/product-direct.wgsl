// The same products as product.wgsl without tiles, for matrices that would leave most of a tile empty: an invocation
// makes one element. The third dimension of the grid splits the depth.
fn aOf(m: u32, k: u32) -> f32 {
  //#if A_ROWS
  return f[p.aAt + m * p.aStride + k];
  //#else
  //#if LENGTHS
  // Padded rows may hold anything.
  if (k / p.batch >= u32(n[p.lengthsAt + k % p.batch])) {
    return 0.0;
  }
  //#end
  return f[p.aAt + k * p.aStride + m];
  //#end
}

fn bOf(k: u32, column: u32) -> f32 {
  //#if B_ROWS
  return f[p.bAt + k * p.bStride + column];
  //#else
  return f[p.bAt + column * p.bStride + k];
  //#end
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let index = (group.y * groups.x + group.x) * 256u + invocation;
  if (index >= p.m * p.n) {
    return;
  }
  let row = index / p.n;
  let column = index % p.n;
  let end = min(p.k, (group.z + 1u) * p.depth);
  var sum = 0.0;
  for (var k = group.z * p.depth; k < end; k++) {
    sum = fma(aOf(row, k), bOf(k, column), sum);
  }
  //#if BIAS
  sum += f[p.biasAt + column];
  //#end
  //#if PREACTIVATION
  f[p.preactivationAt + row * p.n + column] = sum;
  //#end
  //#if ACTIVATE
  sum = activate(ACTIVATION, sum);
  //#end
  let at = p.cAt + group.z * p.partStride + row * p.cStride + column;
  //#if ACCUMULATE
  f[at] += sum;
  //#else
  f[at] = sum;
  //#end
}
