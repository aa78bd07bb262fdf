// Back-propagation through the recurrence of ROWS samples in one workgroup, or a stretch of its steps. It leaves the
// gradients of the gates [T*B,4H] (z, r, n, and n as it meets U), the states that met U [T*B,H], and the gradient that
// goes on to earlier steps [B,H]; the products over all steps come after it.
var<workgroup> carried: array<f32, ROWS * UNITS>;
// Gradients of z, r and n as they meet U, transposed.
var<workgroup> operand: array<f32, ROWS * 3u * UNITS>;
var<workgroup> sums: array<f32, ROWS * UNITS>;
//#if !SUBGROUPS
var<workgroup> parts: array<f32, ROWS * WORKERS>;
//#end
//#if BEFORE
var<workgroup> through: array<f32, ROWS * UNITS>;
//#end
//#if NORMALIZE
var<workgroup> statistics: array<vec2<f32>, ROWS * 3u>;
//#end

//#if REGISTERS
// What an invocation reads once and keeps for all timesteps: its part of the transposed U, in the order of the sums. With
// reset before, the candidate's part is one of its own.
//#repeat k KEPT
var<private> kept$k: f32;
//#end
//#repeat k KEPT_CANDIDATE
var<private> candidate$k: f32;
//#end

fn keep(invocation: u32) {
  let unit = laneOf(invocation);
  let slice = sliceOf(invocation);
  //#repeat k KEPT
  if (unit < UNITS && slice * KEPT + $ku < KEPT_DEPTH) {
    kept$k = f[p.transposedAt + (slice * KEPT + $ku) * UNITS + unit];
  }
  //#end
  //#repeat k KEPT_CANDIDATE
  if (unit < UNITS && slice * KEPT_CANDIDATE + $ku < UNITS) {
    candidate$k = f[p.transposedAt + (2u * UNITS + slice * KEPT_CANDIDATE + $ku) * UNITS + unit];
  }
  //#end
}
//#end

// Sums over `gates` blocks of the operand from `first` on, for all units.
fn multiply(first: u32, gates: u32, invocation: u32) {
  let lane = laneOf(invocation);
  let slice = sliceOf(invocation);
  let depth = gates * UNITS;
  let length = (depth + SLICES - 1u) / SLICES;
  for (var unit0 = 0u; unit0 < UNITS; unit0 += LANES) {
    let unit = unit0 + lane;
    //#repeat r ROWS
    var sum$r = 0.0;
    //#end
    if (unit < UNITS) {
      let begin = slice * length;
      //#if REGISTERS
      //#if BEFORE
      if (first == 2u) {
        //#repeat k KEPT_CANDIDATE
        if (begin + $ku < depth) {
          //#repeat r ROWS
          sum$r = fma(candidate$k, operand[($ru * 3u + 2u) * UNITS + begin + $ku], sum$r);
          //#end
        }
        //#end
      } else
      //#end
      {
        //#repeat k KEPT
        //#if !EVEN
        if (begin + $ku < depth)
        //#end
        {
          //#repeat r ROWS
          sum$r = fma(kept$k, operand[$ru * 3u * UNITS + begin + $ku], sum$r);
          //#end
        }
        //#end
      }
      //#else
      let end = min(depth, begin + length);
      var at = p.transposedAt + (first * UNITS + begin) * UNITS + unit;
      for (var k = begin; k < end; k++) {
        let weight = f[at];
        //#repeat r ROWS
        sum$r = fma(weight, operand[($ru * 3u + first) * UNITS + k], sum$r);
        //#end
        at += UNITS;
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
    if (unit < UNITS && slice == 0u) {
      sums[$ru * UNITS + unit] = total$r;
    }
    //#end
    //#else
    //#repeat r ROWS
    parts[$ru * WORKERS + invocation] = sum$r;
    //#end
    workgroupBarrier();
    for (var cell = invocation; cell < ROWS * LANES; cell += WORKERS) {
      let to = unit0 + cell % LANES;
      if (to < UNITS) {
        let r = cell / LANES;
        var sum = 0.0;
        for (var other = 0u; other < SLICES; other++) {
          sum += parts[r * WORKERS + other * LANES + cell % LANES];
        }
        sums[r * UNITS + to] = sum;
      }
    }
    //#end
    workgroupBarrier();
  }
}

//#if NORMALIZE
// Back through gain and normalization of some recurrent blocks, in place.
fn unnormalize(first: u32, gates: u32, t: u32, sample0: u32, rows: u32, invocation: u32) {
  if (invocation < rows * gates) {
    let r = invocation / gates;
    let gate = first + invocation % gates;
    let normalizedAt = p.normalizedAt + ((t * p.batch + sample0 + r) * 6u + 3u + gate) * UNITS;
    var sum = vec2<f32>();
    for (var unit = 0u; unit < UNITS; unit++) {
      let gradient = operand[(r * 3u + gate) * UNITS + unit] * f[p.gainAt + (3u + gate) * UNITS + unit];
      sum += vec2<f32>(gradient, gradient * f[normalizedAt + unit]);
    }
    statistics[r * 3u + gate] = sum / f32(UNITS);
  }
  workgroupBarrier();
  for (var cell = invocation; cell < rows * gates * UNITS; cell += WORKERS) {
    let r = cell / (gates * UNITS);
    let gate = first + (cell / UNITS) % gates;
    let unit = cell % UNITS;
    let row = t * p.batch + sample0 + r;
    let at = (r * 3u + gate) * UNITS + unit;
    var value = 0.0;
    var valid = true;
    //#if LENGTHS
    valid = t < u32(n[p.lengthsAt + sample0 + r]);
    //#end
    if (valid) {
      let gradient = operand[at] * f[p.gainAt + (3u + gate) * UNITS + unit];
      let normalized = f[p.normalizedAt + (row * 6u + 3u + gate) * UNITS + unit];
      let means = statistics[r * 3u + gate];
      value = f[p.inverseAt + row * 6u + 3u + gate] * (gradient - means.x - normalized * means.y);
    }
    operand[at] = value;
    f[p.recurrentGradientAt + row * 3u * UNITS + gate * UNITS + unit] = value;
  }
  workgroupBarrier();
}
//#end

// The reverse of the forward walk.
fn timestepOf(walked: u32) -> u32 {
  return select(p.timesteps - 1u - walked, walked, REVERSE);
}

// What is known of a unit at a timestep before any gradient comes to it.
struct Known {
  // z, r, n, and n as it meets the reset gate.
  gates: vec4<f32>,
  // The state before the timestep.
  old: f32,
  // The gradient of its output.
  gradient: f32,
}

fn knownOf(walked: u32, sample: u32, unit: u32) -> Known {
  let t = timestepOf(walked);
  let row = t * p.batch + sample;
  let gates = p.gatesAt + row * 4u * UNITS + unit;
  var known = Known();
  known.gates = vec4<f32>(f[gates], f[gates + UNITS], f[gates + 2u * UNITS], f[gates + 3u * UNITS]);
  known.gradient = f[p.gradientAt + row * p.gradientStride + unit];
  if (walked + 1u == p.timesteps) {
    known.old = f[p.startAt + sample * p.startStride + unit];
  } else {
    let previous = select(t - 1u, t + 1u, REVERSE);
    known.old = f[p.outputAt + (previous * p.batch + sample) * p.outputStride + unit];
  }
  return known;
}

// Derivative of a gate's value by its pre-activation, clip included.
fn slope(kind: u32, value: f32, at: u32) -> f32 {
  var before = 0.0;
  //#if PREACTIVATIONS
  before = f[p.preactivationsAt + at];
  //#end
  //#if CLIP
  if (abs(before) > p.clip) {
    return 0.0;
  }
  //#end
  return slopeOf(kind, value, before);
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
    carried[cell] = f[p.carriedAt + sample0 * UNITS + cell];
  }
  //#if ONE_CELL
  var ahead = Known();
  if (invocation < rows * UNITS) {
    ahead = knownOf(p.first, sample0 + invocation / UNITS, invocation % UNITS);
  }
  //#end
  for (var walked = p.first; walked < p.end; walked++) {
    let t = timestepOf(walked);
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      let r = cell / UNITS;
      let unit = cell % UNITS;
      let sample = sample0 + r;
      let row = t * p.batch + sample;
      //#if ONE_CELL
      let known = ahead;
      //#else
      let known = knownOf(walked, sample, unit);
      //#end
      let gradient = carried[cell] + known.gradient;
      //#if STATE_GRADIENT
      f[p.stateGradientAt + row * UNITS + unit] = gradient;
      //#end
      var valid = true;
      //#if LENGTHS
      valid = t < u32(n[p.lengthsAt + sample]);
      //#end
      var direct = gradient;
      var forUpdate = 0.0;
      var forReset = 0.0;
      var forCandidate = 0.0;
      var forRecurrent = 0.0;
      var met = 0.0;
      if (valid) {
        let update = known.gates.x;
        let reset = known.gates.y;
        let candidate = known.gates.z;
        let old = known.old;
        met = old;
        //#if RECURRENT_MASK
        met *= f[p.recurrentMaskAt + sample * UNITS + unit];
        //#end
        //#if ZONEOUT_MASK
        let kept = f[p.zoneoutMaskAt + row * UNITS + unit];
        //#else
        let kept = p.zoneout;
        //#end
        let mixed = gradient * (1.0 - kept);
        direct = gradient * kept + mixed * update;
        let before = row * 3u * UNITS + unit;
        forUpdate = mixed * (old - candidate) * slope(GATE, update, before);
        forCandidate = mixed * (1.0 - update) * slope(CANDIDATE, candidate, before + 2u * UNITS);
        //#if BEFORE
        forRecurrent = forCandidate;
        //#else
        forRecurrent = forCandidate * reset;
        forReset = forCandidate * known.gates.w * slope(GATE, reset, before + UNITS);
        //#end
      }
      carried[cell] = direct;
      operand[r * 3u * UNITS + unit] = forUpdate;
      operand[(r * 3u + 1u) * UNITS + unit] = forReset;
      operand[(r * 3u + 2u) * UNITS + unit] = forRecurrent;
      let to = p.gateGradientAt + row * 4u * UNITS + unit;
      f[to] = forUpdate;
      f[to + UNITS] = forReset;
      f[to + 2u * UNITS] = forCandidate;
      f[to + 3u * UNITS] = forRecurrent;
      f[p.metAt + row * UNITS + unit] = met;
    }
    workgroupBarrier();
    //#if ONE_CELL
    // Read before the products, which take as long as memory does to answer.
    if (walked + 1u < p.end && invocation < rows * UNITS) {
      ahead = knownOf(walked + 1u, sample0 + invocation / UNITS, invocation % UNITS);
    }
    //#end
    //#if BEFORE
    //#if NORMALIZE
    unnormalize(2u, 1u, t, sample0, rows, invocation);
    //#end
    multiply(2u, 1u, invocation);
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      let r = cell / UNITS;
      let unit = cell % UNITS;
      let row = t * p.batch + sample0 + r;
      var valid = true;
      //#if LENGTHS
      valid = t < u32(n[p.lengthsAt + sample0 + r]);
      //#end
      var forReset = 0.0;
      var reset = 0.0;
      let met = f[p.metAt + row * UNITS + unit];
      if (valid) {
        reset = f[p.gatesAt + row * 4u * UNITS + UNITS + unit];
        forReset = sums[cell] * met * slope(GATE, reset, (row * 3u + 1u) * UNITS + unit);
      }
      through[cell] = sums[cell] * reset;
      operand[(r * 3u + 1u) * UNITS + unit] = forReset;
      f[p.gateGradientAt + row * 4u * UNITS + UNITS + unit] = forReset;
      f[p.resetMetAt + row * UNITS + unit] = reset * met;
    }
    workgroupBarrier();
    //#if NORMALIZE
    unnormalize(0u, 2u, t, sample0, rows, invocation);
    //#end
    multiply(0u, 2u, invocation);
    //#else
    //#if NORMALIZE
    unnormalize(0u, 3u, t, sample0, rows, invocation);
    //#end
    multiply(0u, 3u, invocation);
    //#end
    for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
      var value = sums[cell];
      //#if BEFORE
      value += through[cell];
      //#end
      //#if RECURRENT_MASK
      value *= f[p.recurrentMaskAt + sample0 * UNITS + cell];
      //#end
      carried[cell] += value;
    }
    workgroupBarrier();
  }
  for (var cell = invocation; cell < rows * UNITS; cell += WORKERS) {
    f[p.carriedAt + sample0 * UNITS + cell] = carried[cell];
  }
}
