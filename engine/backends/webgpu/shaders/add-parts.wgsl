// Adds the partial matrices of a split product, or the partial sums of columns.
fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  let source = p.partsAt + row * p.sourceStride + column;
  var sum = 0.0;
  for (var part = 0u; part < p.parts; part++) {
    sum += f[source + part * p.partStride];
  }
  let at = p.to + row * p.stride + column;
  //#if ACCUMULATE
  f[at] += sum;
  //#else
  f[at] = sum;
  //#end
}
