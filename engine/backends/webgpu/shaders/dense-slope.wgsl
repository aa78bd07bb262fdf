// The gradient of an output becomes that of the sum before its activation.
fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  let at = p.gradientAt + row * p.gradientStride + column;
  var before = 0.0;
  //#if PREACTIVATION
  before = f[p.preactivationAt + index];
  //#end
  f[at] *= slopeOf(ACTIVATION, f[p.outputAt + row * p.outputStride + column], before);
}
