// From the largest of some values, the power of two that takes it to between 1/2 and 1, and its reciprocal: exact. 1
// where there is none.
@compute @workgroup_size(1)
fn main() {
  var largest = 0.0;
  for (var index = 0u; index < p.count; index++) {
    largest = max(largest, f[p.at + index]);
  }
  var exponent = 127u;
  if (largest > 0.0 && largest < 1.7e38) {
    // 2^-(e+1) for a value of 2^e, with the offset of exponents in both.
    exponent = clamp(253u - (bitcast<u32>(largest) >> 23u), 1u, 253u);
  }
  f[p.to] = bitcast<f32>(exponent << 23u);
  f[p.to + 1u] = bitcast<f32>((254u - exponent) << 23u);
}
