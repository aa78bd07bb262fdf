// The part of the input's gradient that does not go through the scores.
fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  let value = f[p.weightsAt + row] * f[p.gradientAt + (row % p.batch) * p.gradientStride + column];
  let at = p.outputAt + row * p.outputStride + column;
  //#if ACCUMULATE
  f[at] += value;
  //#else
  f[at] = value;
  //#end
}
