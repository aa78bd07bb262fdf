// One timestep backward: the gradient that comes from the later step `p.source` (MULTIPLY), then the gradients of the
// gates of step `p.step` (ELEMENTS), of which the reset gate follows in step-reset.wgsl where it comes before the product.
fn finish(cell: u32, unit: u32, sample: u32) {
  if (unit >= UNITS || sample >= p.batch) {
    return;
  }
  let count = UNITS - unit;
  let carriedAt = p.carriedAt + sample * UNITS + unit;
  var gradient = load4(carriedAt, count);
  //#if MULTIPLY
  var throughState = sums[cell];
  //#if BEFORE
  throughState += load4(p.throughAt + sample * UNITS + unit, count);
  //#end
  //#if RECURRENT_MASK
  throughState *= load4(p.recurrentMaskAt + sample * UNITS + unit, count);
  //#end
  gradient += throughState;
  //#end
  //#if ELEMENTS
  let row = p.step * p.batch + sample;
  gradient += load4(p.gradientAt + row * p.gradientStride + unit, count);
  //#if STATE_GRADIENT
  store4(p.stateGradientAt + row * UNITS + unit, count, gradient);
  //#end
  var valid = true;
  //#if LENGTHS
  valid = p.step < u32(n[p.lengthsAt + sample]);
  //#end
  var forUpdate = vec4<f32>();
  var forReset = vec4<f32>();
  var forCandidate = vec4<f32>();
  var forRecurrent = vec4<f32>();
  var met = vec4<f32>();
  if (valid) {
    let gates = p.gatesAt + row * 4u * UNITS + unit;
    let update = loadSaved4(gates, count);
    let reset = loadSaved4(gates + UNITS, count);
    let candidate = loadSaved4(gates + 2u * UNITS, count);
    let old = load4(p.stateAt + sample * p.stateStride + unit, count);
    met = old;
    //#if RECURRENT_MASK
    met *= load4(p.recurrentMaskAt + sample * UNITS + unit, count);
    //#end
    //#if ZONEOUT_MASK
    let kept = load4(p.zoneoutMaskAt + row * UNITS + unit, count);
    //#else
    let kept = vec4<f32>(p.zoneout);
    //#end
    let mixed = gradient * (1.0 - kept);
    gradient = gradient * kept + mixed * update;
    let before = row * 3u * UNITS + unit;
    forUpdate = mixed * (old - candidate) * slope4(GATE, update, before, count);
    forCandidate = mixed * (1.0 - update) * slope4(CANDIDATE, candidate, before + 2u * UNITS, count);
    //#if BEFORE
    forRecurrent = forCandidate;
    //#else
    forRecurrent = forCandidate * reset;
    forReset = forCandidate * loadSaved4(gates + 3u * UNITS, count) * slope4(GATE, reset, before + UNITS, count);
    //#end
  }
  let to = p.gateGradientAt + row * 4u * UNITS + unit;
  storeGradient4(to, count, forUpdate);
  storeGradient4(to + UNITS, count, forReset);
  storeGradient4(to + 2u * UNITS, count, forCandidate);
  storeGradient4(to + 3u * UNITS, count, forRecurrent);
  storeSaved4(p.metAt + row * UNITS + unit, count, met);
  //#end
  store4(carriedAt, count, gradient);
}

@compute @workgroup_size(WORKERS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  //#if MULTIPLY
  multiply(group, invocation);
  //#end
  for (var cell = invocation; cell < SAMPLES * LANES; cell += WORKERS) {
    finish(cell, unitOf(group, cell % LANES), sampleOf(group, cell % LANES, cell / LANES));
  }
}
