var<workgroup> reductionCells: array<vec4<f32>, 256>;

// The sum of all invocations' values, in an order that never changes. Workgroups of 256.
fn sumOfGroup4(value: vec4<f32>, invocation: u32) -> vec4<f32> {
  workgroupBarrier();
  reductionCells[invocation] = value;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (invocation < half) {
      reductionCells[invocation] += reductionCells[invocation + half];
    }
  }
  workgroupBarrier();
  return reductionCells[0];
}

fn sumOfGroup(value: f32, invocation: u32) -> f32 {
  return sumOfGroup4(vec4<f32>(value, 0.0, 0.0, 0.0), invocation).x;
}
