// Copies vectors, each invocation some that lie a whole grid apart.
@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  for (var at = id.x; at < arrayLength(&source); at += groups.x * 256u) {
    copy[at] = source[at];
  }
}
