// C [M,N] = A [M,K] B [K,N]. A workgroup of 16 x 16 invocations makes a tile of C; each keeps ROWS rows of 4 QUADS
// columns in registers. Depth goes by 16 through workgroup memory. Flags:
//   A_ROWS: A lies in memory as [M,K]; otherwise as [K,M]. B_ROWS: B as [K,N]; otherwise as [N,K].
//   VECTORS: every offset, stride and size is a multiple of 4.
//   A_HALF, B_HALF, C_HALF: kept as halves. Their places and strides are multiples of 4 whatever those of the others are.
//   SCALED: what is kept as halves is multiplied by a factor.
//   AHEAD: the next piece of the depth is read into registers before this one is multiplied.
const TILE_M: u32 = 16u * ROWS;
const TILE_N: u32 = 64u * QUADS;
// Rows of a tile that is stored by depth are padded by one vector against bank conflicts.
//#if A_ROWS
var<workgroup> tileA: array<vec4<f32>, TILE_M * 5u>;
//#else
var<workgroup> tileA: array<vec4<f32>, TILE_M * 4u>;
//#end
//#if B_ROWS
var<workgroup> tileB: array<vec4<f32>, TILE_N * 4u>;
//#else
var<workgroup> tileB: array<vec4<f32>, TILE_N * 5u>;
//#end

fn loadA(m: u32, k: u32, end: u32) -> vec4<f32> {
  if (m >= p.m || k >= end) {
    return vec4<f32>();
  }
  //#if A_ROWS
  //#if A_HALF
  return loadHalf4(p.aAt + m * p.aStride + k);
  //#else
  return load4(p.aAt + m * p.aStride + k, end - k);
  //#end
  //#else
  //#if LENGTHS
  // Padded rows may hold anything.
  if (k / p.batch >= u32(n[p.lengthsAt + k % p.batch])) {
    return vec4<f32>();
  }
  //#end
  //#if A_HALF
  return loadHalf4(p.aAt + k * p.aStride + m);
  //#else
  return load4(p.aAt + k * p.aStride + m, p.m - m);
  //#end
  //#end
}

fn loadB(k: u32, column: u32, end: u32) -> vec4<f32> {
  if (column >= p.n || k >= end) {
    return vec4<f32>();
  }
  //#if B_ROWS
  //#if B_HALF
  return loadHalf4(p.bAt + k * p.bStride + column);
  //#else
  return load4(p.bAt + k * p.bStride + column, p.n - column);
  //#end
  //#else
  return load4(p.bAt + column * p.bStride + k, end - k);
  //#end
}

// One vector of the piece of A, or of B, that a workgroup multiplies at a time.
fn pieceOfA(part: u32, m0: u32, k0: u32, end: u32) -> vec4<f32> {
  //#if A_ROWS
  return loadA(m0 + part / 4u, k0 + (part % 4u) * 4u, end);
  //#else
  return loadA(m0 + (part % (TILE_M / 4u)) * 4u, k0 + part / (TILE_M / 4u), end);
  //#end
}

fn pieceOfB(part: u32, n0: u32, k0: u32, end: u32) -> vec4<f32> {
  //#if B_ROWS
  return loadB(k0 + part / (TILE_N / 4u), n0 + (part % (TILE_N / 4u)) * 4u, end);
  //#else
  return loadB(k0 + (part % 4u) * 4u, n0 + part / 4u, end);
  //#end
}

fn finish(row: u32, column: u32, sum: vec4<f32>, part: u32) {
  if (row >= p.m || column >= p.n) {
    return;
  }
  var value = sum;
  //#if SCALED
  value *= scaleOfRead();
  //#end
  let at = p.cAt + part * p.partStride + row * p.cStride + column;
  //#if C_HALF
  //#if BIAS
  value += load4(p.biasAt + column, 4u);
  //#end
  storeHalf4(at, value);
  //#else
  //#if VECTORS
  //#if BIAS
  value += f4[(p.biasAt + column) / 4u];
  //#end
  //#if PREACTIVATION
  f4[(p.preactivationAt + row * p.n + column) / 4u] = value;
  //#end
  //#if ACTIVATE
  value = vec4<f32>(activate(ACTIVATION, value.x), activate(ACTIVATION, value.y), activate(ACTIVATION, value.z), activate(ACTIVATION, value.w));
  //#end
  //#if ACCUMULATE
  f4[at / 4u] += value;
  //#else
  f4[at / 4u] = value;
  //#end
  //#else
  for (var c = 0u; c < min(4u, p.n - column); c++) {
    var one = value[c];
    //#if BIAS
    one += f[p.biasAt + column + c];
    //#end
    //#if PREACTIVATION
    f[p.preactivationAt + row * p.n + column + c] = one;
    //#end
    //#if ACTIVATE
    one = activate(ACTIVATION, one);
    //#end
    //#if ACCUMULATE
    f[at + c] += one;
    //#else
    f[at + c] = one;
    //#end
  }
  //#end
  //#end
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
) {
  let x = invocation % 16u;
  let y = invocation / 16u;
  let n0 = group.x * TILE_N;
  let begin = group.z * p.depth;
  let end = min(p.k, begin + p.depth);
  for (var tile = group.y; tile * TILE_M < p.m; tile += groups.y) {
    let m0 = tile * TILE_M;
    //#repeat i ROWS
    //#repeat q QUADS
    var sum$i_$q = vec4<f32>();
    //#end
    //#end
    //#if AHEAD
    //#repeat s ROWS4
    var nextA$s = pieceOfA(invocation + $su * 256u, m0, begin, end);
    //#end
    //#repeat s QUADS
    var nextB$s = pieceOfB(invocation + $su * 256u, n0, begin, end);
    //#end
    //#end
    for (var k0 = begin; k0 < end; k0 += 16u) {
      //#repeat s ROWS4
      {
        let part = invocation + $su * 256u;
        //#if AHEAD
        let value = nextA$s;
        //#else
        let value = pieceOfA(part, m0, k0, end);
        //#end
        //#if A_ROWS
        tileA[(part / 4u) * 5u + part % 4u] = value;
        //#else
        tileA[part] = value;
        //#end
      }
      //#end
      //#repeat s QUADS
      {
        let part = invocation + $su * 256u;
        //#if AHEAD
        let value = nextB$s;
        //#else
        let value = pieceOfB(part, n0, k0, end);
        //#end
        //#if B_ROWS
        tileB[part] = value;
        //#else
        // Column 4 i + j lies at j N/4 + i, so that neighbors in x read from different banks.
        let column = part / 4u;
        tileB[((column % 4u) * (TILE_N / 4u) + column / 4u) * 5u + part % 4u] = value;
        //#end
      }
      //#end
      workgroupBarrier();
      //#if AHEAD
      //#repeat s ROWS4
      nextA$s = pieceOfA(invocation + $su * 256u, m0, k0 + 16u, end);
      //#end
      //#repeat s QUADS
      nextB$s = pieceOfB(invocation + $su * 256u, n0, k0 + 16u, end);
      //#end
      //#end
      for (var quad = 0u; quad < 4u; quad++) {
        //#if A_ROWS
        //#repeat i ROWS
        let a$i = tileA[(y + $iu * 16u) * 5u + quad];
        //#end
        //#end
        //#if B_ROWS
        //#repeat c 4
        {
          //#repeat q QUADS
          let b$q = tileB[(quad * 4u + $cu) * (TILE_N / 4u) + x + $qu * 16u];
          //#end
          //#if A_ROWS
          //#repeat i ROWS
          //#repeat q QUADS
          sum$i_$q = fma(vec4<f32>(a$i[$c]), b$q, sum$i_$q);
          //#end
          //#end
          //#else
          //#repeat r ROWS4
          let a$r = tileA[(quad * 4u + $cu) * (TILE_M / 4u) + y + $ru * 16u];
          //#end
          //#repeat r ROWS4
          //#repeat q QUADS
          sum{4*$r+0}_$q = fma(vec4<f32>(a$r.x), b$q, sum{4*$r+0}_$q);
          sum{4*$r+1}_$q = fma(vec4<f32>(a$r.y), b$q, sum{4*$r+1}_$q);
          sum{4*$r+2}_$q = fma(vec4<f32>(a$r.z), b$q, sum{4*$r+2}_$q);
          sum{4*$r+3}_$q = fma(vec4<f32>(a$r.w), b$q, sum{4*$r+3}_$q);
          //#end
          //#end
          //#end
        }
        //#end
        //#else
        //#repeat q QUADS
        {
          let at = x + $qu * 16u;
          let b0 = tileB[at * 5u + quad];
          let b1 = tileB[(TILE_N / 4u + at) * 5u + quad];
          let b2 = tileB[(TILE_N / 2u + at) * 5u + quad];
          let b3 = tileB[(TILE_N / 4u * 3u + at) * 5u + quad];
          //#repeat i ROWS
          //#repeat c 4
          sum$i_$q = fma(vec4<f32>(a$i[$c]), vec4<f32>(b0[$c], b1[$c], b2[$c], b3[$c]), sum$i_$q);
          //#end
          //#end
        }
        //#end
        //#end
      }
      workgroupBarrier();
    }
    //#repeat q QUADS
    //#if A_ROWS
    //#repeat i ROWS
    finish(m0 + y + $iu * 16u, n0 + (x + $qu * 16u) * 4u, sum$i_$q, group.z);
    //#end
    //#else
    //#repeat r ROWS4
    //#repeat c 4
    finish(m0 + (y + $ru * 16u) * 4u + $cu, n0 + (x + $qu * 16u) * 4u, sum{4*$r+$c}_$q, group.z);
    //#end
    //#end
    //#end
    //#end
  }
}
