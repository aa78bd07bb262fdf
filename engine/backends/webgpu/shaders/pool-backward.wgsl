// An invocation for each timestep, sample and column.
fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  let t = row / p.batch;
  let sample = row % p.batch;
  var length = p.timesteps;
  //#if LENGTHS
  length = u32(n[p.lengthsAt + sample]);
  //#end
  let gradient = f[p.gradientAt + sample * p.gradientStride + column];
  var value = 0.0;
  if (MODE == 0u && t == length - 1u) {
    value = gradient;
  }
  if (MODE == 1u && t == 0u) {
    value = gradient;
  }
  if (MODE == 2u && t < length) {
    value = gradient / f32(length);
  }
  //#if POSITIONS
  if (MODE == 3u && i32(t) == n[p.positionsAt + sample * p.columns + column]) {
    value = gradient;
  }
  //#end
  let at = p.outputAt + row * p.outputStride + column;
  //#if ACCUMULATE
  f[at] += value;
  //#else
  f[at] = value;
  //#end
}
