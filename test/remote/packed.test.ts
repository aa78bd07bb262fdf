import { describe, expect, it } from 'vitest';
import { packMessage, unpackMessage } from '../../engine/backends/remote/packed.ts';

describe('messages as bytes', () => {
  it.each([
    { kind: 'run', id: 3, executable: 0, program: 'update', timesteps: 5, batch: 2 },
    { kind: 'write', slot: 1, offset: 0, total: 3, values: Float32Array.of(1.5, Number.NaN, -0) },
    { kind: 'values', id: 1, values: Float64Array.of(Math.PI, Number.NEGATIVE_INFINITY) },
    { kind: 'values', id: 12, values: Int32Array.of(-7, 2 ** 31 - 1) },
    { kind: 'values', id: 123, values: new Float32Array() },
    { kind: 'failed', message: '显卡 no more memory', where: null },
  ])('come back as they were: %j', (message) => {
    const packed = packMessage(message);
    expect(unpackMessage(packed)).toEqual(message);
    // As a web socket of Node hands them over: a piece of a larger buffer, at any place.
    const larger = Buffer.alloc(packed.length + 11, 0xff);
    larger.set(packed, 3);
    expect(unpackMessage(larger.subarray(3, 3 + packed.length))).toEqual(message);
  });

  it('are copies: what is done to values afterwards is not sent', () => {
    const values = Float32Array.of(1, 2, 3);
    const packed = packMessage({ kind: 'values', values: values.subarray(1) });
    values.fill(9);
    const unpacked = unpackMessage(packed);
    packed.fill(0);
    expect(unpacked).toEqual({ kind: 'values', values: Float32Array.of(2, 3) });
  });

  it('are nothing where the bytes are not whole', () => {
    const packed = packMessage({ kind: 'values', id: 1, values: Float32Array.of(1, 2, 3) });
    for (let length = 0; length < packed.length; length++) {
      const cut = unpackMessage(packed.subarray(0, length));
      // A piece of the values may be gone, never of one.
      if (cut !== undefined) expect(cut).toMatchObject({ kind: 'values', id: 1 });
    }
    expect(unpackMessage(Uint8Array.of(255, 255, 255, 255, 1))).toBeUndefined();
    expect(unpackMessage(packMessage({ kind: 'x' }).fill(0x20, 4))).toBeUndefined();
  });

  it('hold no number that JSON does not know', () => {
    expect(() => packMessage({ kind: 'prepare', plan: { rate: Number.NaN } })).toThrow(/rate is NaN/);
  });
});
