// An invocation for each sample and column. Modes: 0 last, 1 first, 2 mean, 3 max.
fn element(index: u32) {
  let sample = index / p.columns;
  let column = index % p.columns;
  var length = p.timesteps;
  //#if LENGTHS
  length = u32(n[p.lengthsAt + sample]);
  //#end
  let first = p.inputAt + sample * p.inputStride + column;
  let step = p.batch * p.inputStride;
  var position = 0u;
  if (MODE == 0u) {
    position = length - 1u;
  }
  var value = f[first + position * step];
  if (MODE == 2u) {
    for (var t = 1u; t < length; t++) {
      value += f[first + t * step];
    }
    value /= f32(length);
  }
  if (MODE == 3u) {
    for (var t = 1u; t < length; t++) {
      let other = f[first + t * step];
      if (other > value) {
        value = other;
        position = t;
      }
    }
  }
  f[p.outputAt + sample * p.outputStride + column] = value;
  //#if POSITIONS
  n[p.positionsAt + index] = i32(position);
  //#end
}
