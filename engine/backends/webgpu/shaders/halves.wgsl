// Values kept as halves, four in two words. Places of four are multiples of 4. What goes beyond the largest half becomes the
// largest; what is no number stays none.
//#if HALF
fn loadHalf4(at: u32) -> vec4<f32> {
  let words = h[at / 4u];
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}

fn loadHalf(at: u32) -> f32 {
  return loadHalf4(at)[at % 4u];
}

fn storeHalf4(at: u32, value: vec4<f32>) {
  let bounded = clamp(value, vec4<f32>(-65504.0), vec4<f32>(65504.0));
  var words = vec2<u32>(pack2x16float(bounded.xy), pack2x16float(bounded.zw));
  //#repeat c 4
  if (isNan(value[$c])) {
    words[$cu / 2u] |= 0x7e00u << (($cu % 2u) * 16u);
  }
  //#end
  h[at / 4u] = words;
}
//#end

// Gradients of gates are kept multiplied by a power of two, so that the largest that comes in is near 1: halves know
// nothing below 6e-8. The two factors lie at p.scaleAt: for what is stored, and for what is read.
//#if SCALED
fn scaleOfStored() -> f32 {
  //#if VECTORS
  return f4[p.scaleAt / 4u].x;
  //#else
  return f[p.scaleAt];
  //#end
}

fn scaleOfRead() -> f32 {
  //#if VECTORS
  return f4[p.scaleAt / 4u].y;
  //#else
  return f[p.scaleAt + 1u];
  //#end
}
//#end
