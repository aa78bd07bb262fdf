fn element(index: u32) {
  let at = p.at + index;
  //#if VALUES
  f[at] = clampOf(f[at], -p.threshold, p.threshold);
  //#else
  f[at] *= f[p.factorAt];
  //#end
}
