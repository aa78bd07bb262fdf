// Reset before the product: back through the candidate's product to the reset gate of the same step.
fn finish(cell: u32, unit: u32, sample: u32) {
  if (unit >= UNITS || sample >= p.batch) {
    return;
  }
  let count = UNITS - unit;
  let row = p.source * p.batch + sample;
  var valid = true;
  //#if LENGTHS
  valid = p.source < u32(n[p.lengthsAt + sample]);
  //#end
  var reset = vec4<f32>();
  var forReset = vec4<f32>();
  let met = loadSaved4(p.metAt + row * UNITS + unit, count);
  if (valid) {
    reset = loadSaved4(p.gatesAt + row * 4u * UNITS + UNITS + unit, count);
    forReset = sums[cell] * met * slope4(GATE, reset, (row * 3u + 1u) * UNITS + unit, count);
  }
  store4(p.throughAt + sample * UNITS + unit, count, sums[cell] * reset);
  storeGradient4(p.gateGradientAt + row * 4u * UNITS + UNITS + unit, count, forReset);
  storeSaved4(p.resetMetAt + row * UNITS + unit, count, reset * met);
}

@compute @workgroup_size(WORKERS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  multiply(group, invocation);
  for (var cell = invocation; cell < SAMPLES * LANES; cell += WORKERS) {
    finish(cell, unitOf(group, cell % LANES), sampleOf(group, cell % LANES, cell / LANES));
  }
}
