import { chunkValues } from './protocol.ts';

export type Values = Float32Array | Float64Array | Int32Array;

/** Zeros of the same type. */
export function sameType(values: Values, length: number): Values {
  if (values instanceof Int32Array) return new Int32Array(length);
  return values instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}

/** Sends copies of values in pieces; an empty array is one empty piece. */
export function sendValues(
  values: Values,
  send: (offset: number, total: number, piece: Values) => void,
): void {
  let offset = 0;
  do {
    const end = Math.min(values.length, offset + chunkValues);
    send(offset, values.length, values.slice(offset, end));
    offset = end;
  } while (offset < values.length);
}
