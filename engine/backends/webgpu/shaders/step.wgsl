// What the kernels of single timesteps share. An invocation sums up 4 units of SAMPLES samples over one slice of the
// depth; LANES neighbors share a slice, UNIT_LANES of them next to each other in the units. The slices are added in
// workgroup memory.
const LANES: u32 = UNIT_LANES * SAMPLE_LANES;
const SLICES: u32 = WORKERS / LANES;
var<workgroup> parts: array<vec4<f32>, SAMPLES * WORKERS>;
var<workgroup> sums: array<vec4<f32>, GATES * SAMPLES * LANES>;

fn unitOf(group: vec3<u32>, lane: u32) -> u32 {
  return (group.x * UNIT_LANES + lane % UNIT_LANES) * 4u;
}

fn sampleOf(group: vec3<u32>, lane: u32, r: u32) -> u32 {
  return (group.y * SAMPLE_LANES + lane / UNIT_LANES) * SAMPLES + r;
}

// Adds the slices in `parts` into the sums of one gate.
fn addSlices(gate: u32, invocation: u32) {
  workgroupBarrier();
  for (var cell = invocation; cell < SAMPLES * LANES; cell += WORKERS) {
    let first = (cell / LANES) * WORKERS + cell % LANES;
    var sum = parts[first];
    for (var slice = 1u; slice < SLICES; slice++) {
      sum += parts[first + slice * LANES];
    }
    sums[gate * SAMPLES * LANES + cell] = sum;
  }
  workgroupBarrier();
}

// Gates and what goes with them for every timestep: as halves, or as floats.
fn loadSaved4(at: u32, count: u32) -> vec4<f32> {
  //#if HALF
  return loadHalf4(at);
  //#else
  return load4(at, count);
  //#end
}

fn storeSaved4(at: u32, count: u32, value: vec4<f32>) {
  //#if HALF
  storeHalf4(at, value);
  //#else
  store4(at, count, value);
  //#end
}

fn activate4(kind: u32, x: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(activate(kind, x.x), activate(kind, x.y), activate(kind, x.z), activate(kind, x.w));
}

fn limit4(x: vec4<f32>) -> vec4<f32> {
  //#if CLIP
  return vec4<f32>(clampOf(x.x, -p.clip, p.clip), clampOf(x.y, -p.clip, p.clip), clampOf(x.z, -p.clip, p.clip), clampOf(x.w, -p.clip, p.clip));
  //#else
  return x;
  //#end
}
