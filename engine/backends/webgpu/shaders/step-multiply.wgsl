// Sums over gates FIRST_GATE.. of the gradients of a timestep times the transposed recurrent weights.
fn gradientOf(sample: u32, gate: u32, k: u32) -> vec4<f32> {
  if (sample >= p.batch) {
    return vec4<f32>();
  }
  // The candidate meets U with a gradient of its own where the reset gate comes after the product.
  let block = select(gate, CANDIDATE_BLOCK, gate == 2u);
  return loadSaved4(p.gateGradientAt + (p.source * p.batch + sample) * 4u * UNITS + block * UNITS + k, UNITS - k);
}

fn weightsOf(gate: u32, k: u32, unit: u32) -> vec4<f32> {
  return loadSaved4(p.transposedAt + (gate * UNITS + k) * UNITS + unit, UNITS - unit);
}

fn multiply(group: vec3<u32>, invocation: u32) {
  let lane = invocation % LANES;
  let unit = unitOf(group, lane);
  //#repeat r SAMPLES
  let sample$r = sampleOf(group, lane, $ru);
  var sum$r = vec4<f32>();
  //#end
  if (unit < UNITS) {
    let first = (invocation / LANES) * 4u;
    //#if AHEAD
    // What the next turn multiplies is read while this one multiplies. Beyond the end it reads what it has once more.
    if (first < UNITS) {
      for (var gate = FIRST_GATE; gate < FIRST_GATE + SUMMED; gate++) {
        //#repeat r SAMPLES
        var gradient$r = gradientOf(sample$r, gate, first);
        //#end
        //#repeat c 4
        var weights$c = weightsOf(gate, first + $cu, unit);
        //#end
        for (var k = first; k < UNITS; k += SLICES * 4u) {
          let next = select(k, k + SLICES * 4u, k + SLICES * 4u < UNITS);
          //#repeat r SAMPLES
          let nextGradient$r = gradientOf(sample$r, gate, next);
          //#end
          //#repeat c 4
          let nextWeights$c = weightsOf(gate, next + $cu, unit);
          //#end
          //#repeat c 4
          //#repeat r SAMPLES
          sum$r = fma(vec4<f32>(gradient$r[$c]), weights$c, sum$r);
          //#end
          //#end
          //#repeat r SAMPLES
          gradient$r = nextGradient$r;
          //#end
          //#repeat c 4
          weights$c = nextWeights$c;
          //#end
        }
      }
    }
    //#else
    for (var gate = FIRST_GATE; gate < FIRST_GATE + SUMMED; gate++) {
      for (var k = first; k < UNITS; k += SLICES * 4u) {
        //#repeat r SAMPLES
        let gradient$r = gradientOf(sample$r, gate, k);
        //#end
        //#repeat c 4
        //#if !VECTORS
        if (k + $cu < UNITS)
        //#end
        {
          let weights = weightsOf(gate, k + $cu, unit);
          //#repeat r SAMPLES
          sum$r = fma(vec4<f32>(gradient$r[$c]), weights, sum$r);
          //#end
        }
        //#end
      }
    }
    //#end
  }
  //#repeat r SAMPLES
  //#if SCALED
  sum$r *= scaleOfRead();
  //#end
  parts[$ru * WORKERS + invocation] = sum$r;
  //#end
  addSlices(0u, invocation);
}

fn storeGradient4(at: u32, count: u32, value: vec4<f32>) {
  //#if SCALED
  storeHalf4(at, value * scaleOfStored());
  //#else
  store4(at, count, value);
  //#end
}

fn slope4(kind: u32, value: vec4<f32>, at: u32, count: u32) -> vec4<f32> {
  var before = vec4<f32>();
  //#if PREACTIVATIONS
  before = load4(p.preactivationsAt + at, count);
  //#end
  let slope = vec4<f32>(
    slopeOf(kind, value.x, before.x),
    slopeOf(kind, value.y, before.y),
    slopeOf(kind, value.z, before.z),
    slopeOf(kind, value.w, before.w),
  );
  //#if CLIP
  return select(slope, vec4<f32>(), abs(before) > vec4<f32>(p.clip));
  //#else
  return slope;
  //#end
}
