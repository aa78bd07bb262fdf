// One workgroup: the sum of partial sums, scaled, into one element.
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) invocation: u32) {
  var value = 0.0;
  for (var part = invocation; part < p.parts; part += 256u) {
    value += f[p.partsAt + part];
  }
  let sum = sumOfGroup(value, invocation);
  if (invocation == 0u) {
    var scaled = sum;
    //#if SCALED
    scaled *= f[p.scaleAt];
    //#end
    //#if ACCUMULATE
    f[p.to] += scaled;
    //#else
    f[p.to] = scaled;
    //#end
  }
}
