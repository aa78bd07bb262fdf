// The whole recurrence of ROWS samples in one workgroup, or a stretch of its steps. Equations: engine/ops/gru.ts.
// Each invocation makes the sums of one unit over one SLICE of the state; the slices are added in workgroup memory.
// RESET: 0 before, 1 after, 2 after with a recurrent bias of its own.
// ONE_CELL: an invocation has at most one unit of one sample.
// REGISTERS: an invocation reads its part of U once and keeps it, KEPT rows of three gates, for all timesteps.
const SLICE: u32 = (UNITS + SLICES - 1u) / SLICES;
var<workgroup> state: array<f32, ROWS * UNITS>;
// What meets U: the state, where neither a mask nor the reset gate comes before it; otherwise the masked state, or for
// the candidate the masked state times the reset gate.
//#if OPERAND
var<workgroup> operand: array<f32, ROWS * UNITS>;
//#end
fn met(cell: u32) -> f32 {
  //#if OPERAND
  return operand[cell];
  //#else
  return state[cell];
  //#end
}
var<workgroup> sums: array<f32, ROWS * 3u * UNITS>;
//#if !SUBGROUPS
var<workgroup> parts: array<f32, ROWS * 3u * WORKERS>;
//#end
//#if NORMALIZE
var<workgroup> statistics: array<vec2<f32>, ROWS * 3u>;
//#end

//#if REGISTERS
//#repeat k KEPT
var<private> kept$k: vec3<f32>;
//#end

fn keep(invocation: u32) {
  let unit = laneOf(invocation);
  let begin = sliceOf(invocation) * SLICE;
  //#repeat k KEPT
  if (unit < UNITS && begin + $ku < UNITS) {
    let at = p.recurrentAt + (begin + $ku) * 3u * UNITS + unit;
    kept$k = vec3<f32>(f[at], f[at + UNITS], f[at + 2u * UNITS]);
  }
  //#end
}
//#end

// Sums of two or three gates from `first` on, for all units.
fn multiply(first: u32, gates: u32, invocation: u32) {
  let lane = laneOf(invocation);
  let slice = sliceOf(invocation);
  for (var unit0 = 0u; unit0 < UNITS; unit0 += LANES) {
    let unit = unit0 + lane;
    //#repeat r ROWS
    var sum$r = vec3<f32>();
    //#end
    if (unit < UNITS) {
      let begin = slice * SLICE;
      //#if REGISTERS
      if (gates == 1u) {
        //#repeat k KEPT
        //#if !EVEN
        if (begin + $ku < UNITS)
        //#end
        {
          //#repeat r ROWS
          sum$r.x = fma(kept$k.z, met($ru * UNITS + begin + $ku), sum$r.x);
          //#end
        }
        //#end
      } else {
        //#repeat k KEPT
        //#if !EVEN
        if (begin + $ku < UNITS)
        //#end
        {
          //#repeat r ROWS
          sum$r = fma(kept$k, vec3<f32>(met($ru * UNITS + begin + $ku)), sum$r);
          //#end
        }
        //#end
      }
      //#else
      let end = min(UNITS, begin + SLICE);
      var at = p.recurrentAt + begin * 3u * UNITS + first * UNITS + unit;
      if (gates == 3u) {
        for (var k = begin; k < end; k++) {
          let weights = vec3<f32>(f[at], f[at + UNITS], f[at + 2u * UNITS]);
          //#repeat r ROWS
          sum$r = fma(weights, vec3<f32>(met($ru * UNITS + k)), sum$r);
          //#end
          at += 3u * UNITS;
        }
      } else if (gates == 2u) {
        for (var k = begin; k < end; k++) {
          let weights = vec3<f32>(f[at], f[at + UNITS], 0.0);
          //#repeat r ROWS
          sum$r = fma(weights, vec3<f32>(met($ru * UNITS + k)), sum$r);
          //#end
          at += 3u * UNITS;
        }
      } else {
        for (var k = begin; k < end; k++) {
          //#repeat r ROWS
          sum$r.x = fma(f[at], met($ru * UNITS + k), sum$r.x);
          //#end
          at += 3u * UNITS;
        }
      }
      //#end
    }
    //#if SUBGROUPS
    let neighbor = subgroupLane - slice;
    //#repeat r ROWS
    var total$r = subgroupShuffle(sum$r, neighbor);
    //#repeat s OTHER_SLICES
    total$r += subgroupShuffle(sum$r, neighbor + $su + 1u);
    //#end
    // Every slice has the totals; each writes those of one gate.
    if (unit < UNITS && slice < gates) {
      sums[($ru * 3u + first + slice) * UNITS + unit] = total$r[slice];
    }
    //#end
    //#else
    //#repeat r ROWS
    for (var g = 0u; g < gates; g++) {
      parts[($ru * 3u + g) * WORKERS + invocation] = sum$r[g];
    }
    //#end
    workgroupBarrier();
    for (var cell = invocation; cell < ROWS * gates * LANES; cell += WORKERS) {
      let line = cell / LANES;
      let to = unit0 + cell % LANES;
      if (to < UNITS) {
        let r = line / gates;
        let g = line % gates;
        var sum = 0.0;
        for (var other = 0u; other < SLICES; other++) {
          sum += parts[(r * 3u + g) * WORKERS + other * LANES + cell % LANES];
        }
        sums[(r * 3u + first + g) * UNITS + to] = sum;
      }
    }
    //#end
    workgroupBarrier();
  }
}

//#if NORMALIZE
// Mean and 1 / deviation of the sums of some gates. One invocation for each block: blocks are few.
fn measure(first: u32, gates: u32, invocation: u32) {
  if (invocation < ROWS * gates) {
    let block = (invocation / gates) * 3u + first + invocation % gates;
    var sum = 0.0;
    for (var unit = 0u; unit < UNITS; unit++) {
      sum += sums[block * UNITS + unit];
    }
    let mean = sum / f32(UNITS);
    sum = 0.0;
    for (var unit = 0u; unit < UNITS; unit++) {
      let distance = sums[block * UNITS + unit] - mean;
      sum += distance * distance;
    }
    statistics[block] = vec2<f32>(mean, 1.0 / sqrt(sum / f32(UNITS) + 1e-5));
  }
  workgroupBarrier();
}
//#end

// The part of a pre-activation that comes from the state.
fn recurrentPart(r: u32, gate: u32, unit: u32, row: u32) -> f32 {
  var value = sums[(r * 3u + gate) * UNITS + unit];
  //#if NORMALIZE
  let block = statistics[r * 3u + gate];
  value = (value - block.x) * block.y;
  //#if SAVED
  f[p.normalizedAt + (row * 6u + 3u + gate) * UNITS + unit] = value;
  if (unit == 0u) {
    f[p.inverseAt + row * 6u + 3u + gate] = block.y;
  }
  //#end
  value *= f[p.gainAt + (3u + gate) * UNITS + unit];
  //#end
  //#if RECURRENT_BIAS
  value += f[p.recurrentBiasAt + gate * UNITS + unit];
  //#end
  return value;
}

// The parts of the pre-activations of z, r and n that come from the input.
fn projectedOf(row: u32, unit: u32) -> vec3<f32> {
  let at = p.projectedAt + row * p.projectedStride + unit;
  return vec3<f32>(f[at], f[at + UNITS], f[at + 2u * UNITS]);
}

fn limit(x: f32) -> f32 {
  //#if CLIP
  return clampOf(x, -p.clip, p.clip);
  //#else
  return x;
  //#end
}

@compute @workgroup_size(WORKERS)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) invocation: u32,
  //#if SUBGROUPS
  @builtin(subgroup_invocation_id) subgroupInvocation: u32,
  //#end
) {
  //#if SUBGROUPS
  subgroupLane = subgroupInvocation;
  //#end
  let sample0 = (group.y * groups.x + group.x) * ROWS;
  if (sample0 >= p.batch) {
    return;
  }
  let rows = min(ROWS, p.batch - sample0);
  //#if REGISTERS
  keep(invocation);
  //#end
  for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
    state[cell] = f[p.startAt + (sample0 + cell / UNITS) * p.startStride + cell % UNITS];
  }
  workgroupBarrier();
  for (var walked = p.first; walked < p.end; walked++) {
    let t = select(walked, p.timesteps - 1u - walked, REVERSE);
    //#if OPERAND
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      //#if RECURRENT_MASK
      operand[cell] = state[cell] * f[p.recurrentMaskAt + sample0 * UNITS + cell];
      //#else
      operand[cell] = state[cell];
      //#end
    }
    workgroupBarrier();
    //#end
    //#if ONE_CELL
    // Read before the products, which take as long as memory does to answer.
    var projected = vec3<f32>();
    if (invocation < rows * UNITS) {
      projected = projectedOf(t * p.batch + sample0 + invocation / UNITS, invocation % UNITS);
    }
    //#end
    //#if BEFORE
    multiply(0u, 2u, invocation);
    //#if NORMALIZE
    measure(0u, 2u, invocation);
    //#end
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      let r = cell / UNITS;
      let unit = cell % UNITS;
      let row = t * p.batch + sample0 + r;
      //#if !ONE_CELL
      let projected = projectedOf(row, unit);
      //#end
      let before = projected.y + recurrentPart(r, 1u, unit, row);
      //#if PREACTIVATIONS
      f[p.preactivationsAt + (row * 3u + 1u) * UNITS + unit] = before;
      //#end
      let reset = activate(GATE, limit(before));
      operand[cell] *= reset;
      // Kept where its sum was until the mix below.
      sums[(r * 3u + 1u) * UNITS + unit] = reset;
    }
    workgroupBarrier();
    multiply(2u, 1u, invocation);
    //#if NORMALIZE
    measure(2u, 1u, invocation);
    //#end
    //#else
    multiply(0u, 3u, invocation);
    //#if NORMALIZE
    measure(0u, 3u, invocation);
    //#end
    //#end
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      let r = cell / UNITS;
      let unit = cell % UNITS;
      let sample = sample0 + r;
      let row = t * p.batch + sample;
      let old = state[cell];
      var valid = true;
      //#if LENGTHS
      valid = t < u32(n[p.lengthsAt + sample]);
      //#end
      var next = old;
      if (valid) {
        //#if !ONE_CELL
        let projected = projectedOf(row, unit);
        //#end
        let updateBefore = projected.x + recurrentPart(r, 0u, unit, row);
        let update = activate(GATE, limit(updateBefore));
        //#if BEFORE
        let reset = sums[(r * 3u + 1u) * UNITS + unit];
        let recurrent = recurrentPart(r, 2u, unit, row);
        let candidateBefore = projected.z + recurrent;
        //#else
        let resetBefore = projected.y + recurrentPart(r, 1u, unit, row);
        let reset = activate(GATE, limit(resetBefore));
        let recurrent = recurrentPart(r, 2u, unit, row);
        let candidateBefore = projected.z + reset * recurrent;
        //#end
        let candidate = activate(CANDIDATE, limit(candidateBefore));
        //#if ZONEOUT_MASK
        let kept = f[p.zoneoutMaskAt + row * UNITS + unit];
        //#else
        let kept = p.zoneout;
        //#end
        next = kept * old + (1.0 - kept) * (update * old + (1.0 - update) * candidate);
        //#if SAVED
        let gates = p.gatesAt + row * 4u * UNITS + unit;
        f[gates] = update;
        f[gates + UNITS] = reset;
        f[gates + 2u * UNITS] = candidate;
        f[gates + 3u * UNITS] = recurrent;
        //#end
        //#if PREACTIVATIONS
        let before = p.preactivationsAt + row * 3u * UNITS + unit;
        f[before] = updateBefore;
        //#if !BEFORE
        f[before + UNITS] = resetBefore;
        //#end
        f[before + 2u * UNITS] = candidateBefore;
        //#end
      }
      state[cell] = next;
      f[p.outputAt + row * p.outputStride + unit] = next;
    }
    workgroupBarrier();
  }
  //#if FINAL_STATE
  if (p.end == p.timesteps) {
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      f[p.finalAt + (sample0 + cell / UNITS) * p.finalStride + cell % UNITS] = state[cell];
    }
  }
  //#end
}
