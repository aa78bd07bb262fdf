/** Little-endian floats in base64, as the contract sends columns of numbers. */

const widths = { float32: 4, float64: 8 } as const;
type Width = keyof typeof widths;

function bytesOf(packed: string): Uint8Array<ArrayBuffer> {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

export function unpackFloat32(packed: string): Float32Array<ArrayBuffer> {
  return new Float32Array(bytesOf(packed).buffer);
}

export function unpackFloat64(packed: string): Float64Array<ArrayBuffer> {
  return new Float64Array(bytesOf(packed).buffer);
}

/** The last number of a column without unpacking the rest; null where it is empty or not a number. */
export function lastFloat(packed: string, width: Width): number | null {
  if (packed === '') return null;
  // Sixteen characters from a multiple of four hold the last eight bytes, whatever the padding.
  const bytes = bytesOf(packed.slice(-16));
  if (bytes.length < widths[width]) return null;
  const view = new DataView(bytes.buffer, bytes.length - widths[width]);
  const value = width === 'float32' ? view.getFloat32(0, true) : view.getFloat64(0, true);
  return Number.isFinite(value) ? value : null;
}
