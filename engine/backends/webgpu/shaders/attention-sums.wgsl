// Gradients [T*B,A] of the sums before tanh and of the learned query, from those of the scores.
fn element(index: u32) {
  let row = index / p.size;
  let unit = index % p.size;
  var value = 0.0;
  var score = 0.0;
  var valid = true;
  //#if LENGTHS
  valid = row / p.batch < u32(n[p.lengthsAt + row % p.batch]);
  //#end
  if (valid) {
    score = f[p.scoresAt + row];
    value = f[p.projectedAt + index];
  }
  f[p.sumsAt + index] = score * f[p.vectorAt + unit] * (1.0 - value * value);
  f[p.queriesAt + index] = score * value;
}
