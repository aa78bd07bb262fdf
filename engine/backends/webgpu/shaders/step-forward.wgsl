// One timestep of all samples. Phases: 0 the whole step (reset after); with reset before, 1 makes the update and reset
// gates and the operand of the candidate, 2 the candidate and the new state. Equations: engine/ops/gru.ts.
fn operandOf(sample: u32, k: u32) -> vec4<f32> {
  if (sample >= p.batch) {
    return vec4<f32>();
  }
  let count = UNITS - k;
  //#if SECOND
  return load4(p.operandAt + sample * UNITS + k, count);
  //#else
  return stateOf(sample, k) * maskOf(sample, k);
  //#end
}

fn stateOf(sample: u32, unit: u32) -> vec4<f32> {
  return load4(p.stateAt + sample * p.stateStride + unit, UNITS - unit);
}

fn maskOf(sample: u32, unit: u32) -> vec4<f32> {
  //#if RECURRENT_MASK
  return load4(p.recurrentMaskAt + sample * UNITS + unit, UNITS - unit);
  //#else
  return vec4<f32>(1.0);
  //#end
}

fn weightsOf(gate: u32, k: u32, unit: u32) -> vec4<f32> {
  let at = p.recurrentAt + (k * 3u + FIRST_GATE + gate) * UNITS + unit;
  return loadSaved4(at, UNITS - unit);
}

fn biasOf(gate: u32, unit: u32) -> vec4<f32> {
  //#if RECURRENT_BIAS
  return load4(p.recurrentBiasAt + gate * UNITS + unit, UNITS - unit);
  //#else
  return vec4<f32>();
  //#end
}

fn finish(cell: u32, unit: u32, sample: u32) {
  if (unit >= UNITS || sample >= p.batch) {
    return;
  }
  let count = UNITS - unit;
  let row = p.step * p.batch + sample;
  let projectedAt = p.projectedAt + row * p.projectedStride + unit;
  let gatesAt = p.gatesAt + row * 4u * UNITS + unit;
  let beforeAt = p.preactivationsAt + row * 3u * UNITS + unit;
  var valid = true;
  //#if LENGTHS
  valid = p.step < u32(n[p.lengthsAt + sample]);
  //#end
  //#if FIRST
  let updateBefore = loadSaved4(projectedAt, count) + sums[cell] + biasOf(0u, unit);
  let resetBefore = loadSaved4(projectedAt + UNITS, count) + sums[SAMPLES * LANES + cell] + biasOf(1u, unit);
  let update = activate4(GATE, limit4(updateBefore));
  let reset = activate4(GATE, limit4(resetBefore));
  store4(p.operandAt + sample * UNITS + unit, count, reset * stateOf(sample, unit) * maskOf(sample, unit));
  if (valid) {
    storeSaved4(p.updateAt + sample * p.updateStride + unit, count, update);
    //#if SAVED
    storeSaved4(gatesAt + UNITS, count, reset);
    //#end
    //#if PREACTIVATIONS
    store4(beforeAt, count, updateBefore);
    store4(beforeAt + UNITS, count, resetBefore);
    //#end
  }
  //#else
  let old = stateOf(sample, unit);
  var next = old;
  if (valid) {
    //#if SECOND
    let update = loadSaved4(p.updateAt + sample * p.updateStride + unit, count);
    let recurrent = sums[cell] + biasOf(2u, unit);
    let candidateBefore = loadSaved4(projectedAt + 2u * UNITS, count) + recurrent;
    //#else
    let updateBefore = loadSaved4(projectedAt, count) + sums[cell] + biasOf(0u, unit);
    let resetBefore = loadSaved4(projectedAt + UNITS, count) + sums[SAMPLES * LANES + cell] + biasOf(1u, unit);
    let update = activate4(GATE, limit4(updateBefore));
    let reset = activate4(GATE, limit4(resetBefore));
    let recurrent = sums[2u * SAMPLES * LANES + cell] + biasOf(2u, unit);
    let candidateBefore = loadSaved4(projectedAt + 2u * UNITS, count) + reset * recurrent;
    //#end
    let candidate = activate4(CANDIDATE, limit4(candidateBefore));
    //#if ZONEOUT_MASK
    let kept = load4(p.zoneoutMaskAt + row * UNITS + unit, count);
    //#else
    let kept = vec4<f32>(p.zoneout);
    //#end
    next = kept * old + (1.0 - kept) * (update * old + (1.0 - update) * candidate);
    //#if SAVED
    //#if !SECOND
    storeSaved4(gatesAt, count, update);
    storeSaved4(gatesAt + UNITS, count, reset);
    //#end
    storeSaved4(gatesAt + 2u * UNITS, count, candidate);
    storeSaved4(gatesAt + 3u * UNITS, count, recurrent);
    //#end
    //#if PREACTIVATIONS
    //#if !SECOND
    store4(beforeAt, count, updateBefore);
    store4(beforeAt + UNITS, count, resetBefore);
    //#end
    store4(beforeAt + 2u * UNITS, count, candidateBefore);
    //#end
  }
  store4(p.outputAt + row * p.outputStride + unit, count, next);
  //#if FINAL_STATE
  if (p.last == 1u) {
    store4(p.finalAt + sample * p.finalStride + unit, count, next);
  }
  //#end
  //#end
}

@compute @workgroup_size(WORKERS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let lane = invocation % LANES;
  let unit = unitOf(group, lane);
  //#repeat r SAMPLES
  let sample$r = sampleOf(group, lane, $ru);
  //#end
  //#repeat g GATES
  //#repeat r SAMPLES
  var sum$g_$r = vec4<f32>();
  //#end
  //#end
  let first = (invocation / LANES) * 4u;
  //#if AHEAD
  // What the next turn multiplies is read while this one multiplies. Beyond the end it reads what it has once more.
  if (unit < UNITS && first < UNITS) {
    //#repeat r SAMPLES
    var operand$r = operandOf(sample$r, first);
    //#end
    //#repeat c 4
    //#repeat g GATES
    var weights$c_$g = weightsOf($gu, first + $cu, unit);
    //#end
    //#end
    for (var k = first; k < UNITS; k += SLICES * 4u) {
      let next = select(k, k + SLICES * 4u, k + SLICES * 4u < UNITS);
      //#repeat r SAMPLES
      let nextOperand$r = operandOf(sample$r, next);
      //#end
      //#repeat c 4
      //#repeat g GATES
      let nextWeights$c_$g = weightsOf($gu, next + $cu, unit);
      //#end
      //#end
      //#repeat c 4
      //#repeat g GATES
      //#repeat r SAMPLES
      sum$g_$r = fma(vec4<f32>(operand$r[$c]), weights$c_$g, sum$g_$r);
      //#end
      //#end
      //#end
      //#repeat r SAMPLES
      operand$r = nextOperand$r;
      //#end
      //#repeat c 4
      //#repeat g GATES
      weights$c_$g = nextWeights$c_$g;
      //#end
      //#end
    }
  }
  //#else
  if (unit < UNITS) {
    for (var k = first; k < UNITS; k += SLICES * 4u) {
      //#repeat r SAMPLES
      let operand$r = operandOf(sample$r, k);
      //#end
      //#repeat c 4
      //#if !VECTORS
      if (k + $cu < UNITS)
      //#end
      {
        //#repeat g GATES
        let weights$g = weightsOf($gu, k + $cu, unit);
        //#repeat r SAMPLES
        sum$g_$r = fma(vec4<f32>(operand$r[$c]), weights$g, sum$g_$r);
        //#end
        //#end
      }
      //#end
    }
  }
  //#end
  //#repeat g GATES
  //#repeat r SAMPLES
  parts[$ru * WORKERS + invocation] = sum$g_$r;
  //#end
  addSlices($gu, invocation);
  //#end
  for (var cell = invocation; cell < SAMPLES * LANES; cell += WORKERS) {
    finish(cell, unitOf(group, cell % LANES), sampleOf(group, cell % LANES, cell / LANES));
  }
}
