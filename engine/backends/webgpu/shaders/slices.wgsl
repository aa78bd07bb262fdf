// Which unit and which slice of the depth an invocation sums up. With SUBGROUPS the slices of a unit are neighbors in a
// subgroup and are added there; otherwise neighbors have neighboring units, and slices are added in workgroup memory.
const SLICES: u32 = WORKERS / LANES;
//#if SUBGROUPS
var<private> subgroupLane: u32;
//#end

fn laneOf(invocation: u32) -> u32 {
  //#if SUBGROUPS
  return invocation / SLICES;
  //#else
  return invocation % LANES;
  //#end
}

fn sliceOf(invocation: u32) -> u32 {
  //#if SUBGROUPS
  return invocation % SLICES;
  //#else
  return invocation / LANES;
  //#end
}
