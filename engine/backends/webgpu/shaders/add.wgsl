fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  let to = p.outputAt + row * p.outputStride + column;
  let value = f[p.inputAt + row * p.inputStride + column];
  //#if ACCUMULATE
  f[to] += value;
  //#else
  f[to] = value;
  //#end
}
