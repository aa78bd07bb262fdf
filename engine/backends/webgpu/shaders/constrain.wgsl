// An invocation for each column. Kinds: 0 maxNorm, 1 unitNorm, 2 nonNegative.
fn element(column: u32) {
  var sum = 0.0;
  for (var row = 0u; row < p.rows; row++) {
    let value = f[p.at + row * p.count + column];
    sum += value * value;
  }
  let norm = sqrt(sum);
  for (var row = 0u; row < p.rows; row++) {
    let at = p.at + row * p.count + column;
    let value = f[at];
    if (KIND == 0u) {
      f[at] = value * min(norm, p.limit) / (1e-7 + norm);
    } else if (KIND == 1u) {
      f[at] = value / (1e-7 + norm);
    } else {
      f[at] = select(value, 0.0, value < 0.0);
    }
  }
}
