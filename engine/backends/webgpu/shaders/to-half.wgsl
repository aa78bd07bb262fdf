// Floats become halves, four at a time. Places are multiples of 4.
fn element(index: u32) {
  storeHalf4(p.to + index * 4u, f4[p.at / 4u + index]);
}
