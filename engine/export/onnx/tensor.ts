import type { OnnxTensor } from './proto.ts';

/** Precision in which an ONNX file keeps its matrices. Biases and vectors stay float32. */
export const onnxWeightTypes = ['float32', 'float16', 'int8'] as const;
export type OnnxWeightType = (typeof onnxWeightTypes)[number];

export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i] as number, true);
  return { name, type: 'float', dims, raw: bytes };
}

export function int64Tensor(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setBigInt64(8 * i, BigInt(value), true);
  });
  return { name, type: 'int64', dims, raw: bytes };
}

export function int32Tensor(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setInt32(4 * i, value, true);
  });
  return { name, type: 'int32', dims, raw: bytes };
}

export function float16Tensor(name: string, dims: readonly number[], values: Float32Array): OnnxTensor {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint16(2 * i, float16Bits(value), true);
  });
  return { name, type: 'float16', dims, raw: bytes };
}

export function int8Tensor(name: string, dims: readonly number[], values: Int8Array): OnnxTensor {
  return { name, type: 'int8', dims, raw: new Uint8Array(values.buffer, values.byteOffset, values.length) };
}

const scratch = new DataView(new ArrayBuffer(4));

/** IEEE 754 binary16 of a float32, rounded to nearest, ties to even; too large a value becomes infinity. */
export function float16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
    return sign | (rounded >>> 13);
  }
  // Below the smallest normal number the unit in the last place is 2^-24.
  const scaled = Math.abs(value) * 2 ** 24;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  return sign | (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor);
}
