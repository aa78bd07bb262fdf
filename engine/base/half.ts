/** IEEE half precision, 16 bits each little-endian, to float32: exact. */
export function halfToFloats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength >> 1 }, (_, index) => {
    const word = view.getUint16(2 * index, true);
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >> 10) & 0x1f;
    const fraction = word & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** bfloat16, the upper half of a float32, little-endian: exact. */
export function brainToFloats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Uint32Array.from(
    { length: bytes.byteLength >> 1 },
    (_, index) => view.getUint16(2 * index, true) << 16,
  );
  return new Float32Array(words.buffer);
}

/** The largest finite half. */
const largestHalf = 65_504;

/** float32 to halves in pairs of 16 bits, rounded to the nearest, ties to even; beyond the largest, the largest. */
export function floatsToHalf(values: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  return Uint16Array.from({ length: values.length }, (_, index) => halfOf(values[index] as number));
}

function halfOf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), largestHalf);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  // Steps of 2^-10 between two powers of two, of 2^-24 below the smallest normal one.
  const steps = roundToEven(size * 2 ** (10 - exponent));
  if (steps < 1024) return sign | steps;
  // A carry out of the fraction goes into the exponent by itself.
  return sign | (((exponent + 15) << 10) + (steps - 1024));
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
