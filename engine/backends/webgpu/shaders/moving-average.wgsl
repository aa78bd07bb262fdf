fn element(index: u32) {
  let at = p.averageAt + index;
  f[at] = p.decay * f[at] + p.rest * f[p.parameterAt + index];
}
