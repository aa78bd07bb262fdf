// Philox4x32-10, the same bits as engine/base/rng.ts.
fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let cross = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (cross >> 16u);
}

fn philox(start: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
  var c = start;
  var k = seed;
  for (var round = 0u; round < 10u; round++) {
    let highA = multiplyHigh(0xd2511f53u, c.x);
    let lowA = 0xd2511f53u * c.x;
    let highB = multiplyHigh(0xcd9e8d57u, c.z);
    let lowB = 0xcd9e8d57u * c.z;
    c = vec4<u32>(highB ^ c.y ^ k.x, lowB, highA ^ c.w ^ k.y, lowA);
    k += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// Element `index` of a stream, its upper 24 bits, at the seed and step that the int slot at `at` holds.
fn uniformBits(index: u32, stream: u32, at: u32) -> u32 {
  let seed = vec2<u32>(u32(n[at]), u32(n[at + 1u]));
  let block = philox(vec4<u32>(index / 4u, stream, u32(n[at + 2u]), u32(n[at + 3u])), seed);
  return block[index % 4u] >> 8u;
}
