/** The other direction of rpc/packed.ts, for made-up answers. */
function pack(array: Float32Array | Float64Array): string {
  const bytes = new Uint8Array(array.buffer);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function packFloat32(values: readonly number[]): string {
  return pack(Float32Array.from(values));
}

export function packFloat64(values: readonly number[]): string {
  return pack(Float64Array.from(values));
}
