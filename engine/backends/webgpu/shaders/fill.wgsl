// Zeros in a window of columns.
fn element(index: u32) {
  f[p.at + (index / p.columns) * p.stride + index % p.columns] = 0.0;
}
