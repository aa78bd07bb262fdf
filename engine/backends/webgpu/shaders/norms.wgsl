// One workgroup: the norm of all gradients, the factor of each tensor, and how much is clipped.
// `n` at `table` holds, for each tensor, its first partial sum and how many it has.
// Modes: 0 none, 1 value, 2 tensor norm, 3 global norm.
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) invocation: u32) {
  var total = 0.0;
  var limited = 0.0;
  for (var tensor = 0u; tensor < p.tensors; tensor++) {
    let first = u32(n[p.table + 2u * tensor]);
    let parts = u32(n[p.table + 2u * tensor + 1u]);
    var sums = vec4<f32>();
    for (var part = first + invocation; part < first + parts; part += 256u) {
      sums += vec4<f32>(f[p.squaresAt + part], f[p.limitedAt + part], 0.0, 0.0);
    }
    sums = sumOfGroup4(sums, invocation);
    total += sums.x;
    let scale = min(1.0, p.threshold / (sqrt(sums.x) + 1e-6));
    if (MODE == 1u) {
      limited += sums.y;
    }
    if (MODE == 2u) {
      limited += select(0.0, 1.0, scale < 1.0);
      if (invocation == 0u) {
        f[p.factorsAt + tensor] = select(scale, sums.x, isNan(sums.x));
      }
    }
  }
  if (invocation == 0u) {
    let norm = sqrt(total);
    f[p.normTo] = norm;
    var fraction = limited / p.divisor;
    if (MODE == 3u) {
      let scale = min(1.0, p.threshold / (norm + 1e-6));
      f[p.factorsAt] = select(scale, norm, isNan(norm));
      fraction = select(0.0, 1.0, scale < 1.0);
    }
    f[p.fractionTo] = fraction;
  }
}
