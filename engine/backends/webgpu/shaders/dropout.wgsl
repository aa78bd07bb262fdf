// uniform < rate is decided on the 24 bits of the uniform number, so that it is exact for every rate.
fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  // Rows are time-major, so the remainder is the sample.
  let counter = (row % p.maskRows) * p.columns + column;
  let kept = uniformBits(counter, p.stream, p.randomAt) >= p.threshold;
  let value = f[p.inputAt + row * p.inputStride + column] * select(p.below, p.above, kept);
  let to = p.outputAt + row * p.outputStride + column;
  //#if ACCUMULATE
  f[to] += value;
  //#else
  f[to] = value;
  //#end
}
