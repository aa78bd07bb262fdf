// All float slots of a plan lie in one buffer, all int slots in another, halves in a third; parameters say where.
//#if VECTORS
@group(0) @binding(0) var<storage, read_write> f4: array<vec4<f32>>;
//#else
@group(0) @binding(0) var<storage, read_write> f: array<f32>;
//#end
@group(0) @binding(1) var<storage, read_write> n: array<i32>;
//#if HALF
@group(0) @binding(5) var<storage, read_write> h: array<vec2<u32>>;
//#end
@group(0) @binding(2) var<uniform> p: Parameters;

// By its bits: a compiler may take for granted that x == x.
fn isNan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
