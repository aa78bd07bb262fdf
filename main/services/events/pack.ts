/** Little-endian float32 in base64, as the contract carries long lists of numbers. */
export function packFloats(values: ArrayLike<number>): string {
  return packBytes(values instanceof Float32Array ? values : Float32Array.from(values));
}

/** Little-endian float64 in base64. */
export function packDoubles(values: ArrayLike<number>): string {
  return packBytes(values instanceof Float64Array ? values : Float64Array.from(values));
}

/** Every processor this program runs on is little-endian. */
function packBytes(values: Float32Array | Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
