// Multiply-adds in registers: 16 chains of vectors, which no compiler can shorten.
@group(0) @binding(0) var<storage, read_write> data: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let factor = data[0];
  let term = data[1];
  //#repeat i 16
  var chain$i = data[2] + vec4<f32>(f32(id.x) + $i.0);
  //#end
  for (var turn = 0u; turn < TURNS; turn++) {
    //#repeat i 16
    //#if FUSED
    chain$i = fma(chain$i, factor, term);
    //#else
    chain$i = chain$i * factor + term;
    //#end
    //#end
  }
  var sum = vec4<f32>();
  //#repeat i 16
  sum += chain$i;
  //#end
  // Never true, but only the data says so.
  if (sum.x == 12345.678) {
    data[3u + id.x % 1024u] = sum;
  }
}
