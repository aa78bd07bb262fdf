fn element(index: u32) {
  f[p.maskAt + index] = select(p.below, p.above, uniformBits(index, p.stream, p.randomAt) >= p.threshold);
}
