fn element(index: u32) {
  let row = index / p.columns;
  let column = index % p.columns;
  let entry = n[p.indicesAt + row * p.indicesStride];
  let known = entry >= 0 && u32(entry) < p.entries;
  let at = p.tableAt + select(0u, u32(entry), known) * p.columns + column;
  // A NaN by its bits: a constant expression may not be one.
  f[p.outputAt + row * p.outputStride + column] = select(bitcast<f32>(0x7fc00000u | p.zero), f[at], known);
}
