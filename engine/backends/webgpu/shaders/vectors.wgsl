// Four neighbors in memory; zeros from `count` on. With VECTORS, places and sizes are multiples of 4.
fn load4(at: u32, count: u32) -> vec4<f32> {
  //#if VECTORS
  return f4[at / 4u];
  //#else
  var value = vec4<f32>(f[at], 0.0, 0.0, 0.0);
  if (count > 1u) {
    value.y = f[at + 1u];
  }
  if (count > 2u) {
    value.z = f[at + 2u];
  }
  if (count > 3u) {
    value.w = f[at + 3u];
  }
  return value;
  //#end
}

fn store4(at: u32, count: u32, value: vec4<f32>) {
  //#if VECTORS
  f4[at / 4u] = value;
  //#else
  f[at] = value.x;
  if (count > 1u) {
    f[at + 1u] = value.y;
  }
  if (count > 2u) {
    f[at + 2u] = value.z;
  }
  if (count > 3u) {
    f[at + 3u] = value.w;
  }
  //#end
}
