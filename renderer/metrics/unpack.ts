import { WorkbenchError } from '../../engine/base/errors.ts';

function bytesOf(packed: string): Uint8Array {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

function checkLength(bytes: Uint8Array, size: number): void {
  if (bytes.length % size !== 0) {
    throw new WorkbenchError('internal', `${bytes.length} bytes are no whole number of ${size}-byte numbers`);
  }
}

/** Numbers from base64 little-endian float32 (every machine that runs the window is little-endian). */
export function unpackFloat32(packed: string): Float32Array {
  const bytes = bytesOf(packed);
  checkLength(bytes, 4);
  return new Float32Array(bytes.buffer);
}

/** Numbers from base64 little-endian float64. */
export function unpackFloat64(packed: string): Float64Array {
  const bytes = bytesOf(packed);
  checkLength(bytes, 8);
  return new Float64Array(bytes.buffer);
}
