import { WorkbenchError } from '../../base/errors.ts';
import type { Values } from './values.ts';

/**
 * A message of the protocol as bytes, for a wire that carries nothing else: the length of a header in four bytes, the
 * header as JSON, zeros up to a multiple of eight, and the values of the message as they lie in memory (every platform
 * that this runs on is little-endian).
 */
export function packMessage(message: object): Uint8Array<ArrayBuffer> {
  const { values, ...rest } = message as { readonly values?: Values };
  const header = new TextEncoder().encode(
    JSON.stringify({ rest, values: values === undefined ? null : typeOf(values) }, finite),
  );
  const start = roundedUp(4 + header.length);
  const packed = new Uint8Array(start + (values?.byteLength ?? 0));
  new DataView(packed.buffer).setUint32(0, header.length, true);
  packed.set(header, 4);
  if (values !== undefined) {
    packed.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  }
  return packed;
}

/** The message again, its values copied; undefined where the bytes hold none. What it says is still to be checked. */
export function unpackMessage(packed: Uint8Array): unknown {
  try {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    const length = view.getUint32(0, true);
    const header: unknown = JSON.parse(new TextDecoder().decode(packed.subarray(4, 4 + length)));
    if (typeof header !== 'object' || header === null || !('rest' in header)) return undefined;
    const { rest } = header;
    const type = 'values' in header ? header.values : null;
    if (type === null || typeof rest !== 'object') return rest;
    // A copy begins at the start of a buffer, where every type may begin. (The slice of a Buffer of Node is none.)
    const copy = new Uint8Array(packed.subarray(roundedUp(4 + length)));
    return { ...rest, values: valuesOf(type, copy.buffer) };
  } catch {
    return undefined;
  }
}

const types = { f4: Float32Array, f8: Float64Array, i4: Int32Array } as const;

function typeOf(values: Values): keyof typeof types {
  if (values instanceof Int32Array) return 'i4';
  return values instanceof Float64Array ? 'f8' : 'f4';
}

function valuesOf(type: unknown, buffer: ArrayBuffer): Values | undefined {
  if (type !== 'f4' && type !== 'f8' && type !== 'i4') return undefined;
  return new types[type](buffer);
}

/** JSON makes null of a number that is not finite. */
function finite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new WorkbenchError('internal', `${key} is ${value}, which cannot be sent`);
  }
  return value;
}

function roundedUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
