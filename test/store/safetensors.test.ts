import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { RandomStream } from '../../engine/base/rng.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../../engine/export/safetensors.ts';

const tensors = new Map<string, Tensor>([
  ['a', { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 1e-40, -0, 3e38) }],
  ['double', { shape: [2], values: Float64Array.of(0.1, Number.MIN_VALUE) }],
  ['count', { shape: [], values: Int32Array.of(-7) }],
  ['empty', { shape: [0, 4], values: new Float32Array(0) }],
  ['名字 "quoted"', { shape: [1], values: Float32Array.of(1) }],
  ['__proto__', { shape: [1], values: Float32Array.of(2) }],
]);

/** A file with any header and any values. */
function fileOf(
  header: string,
  values: Uint8Array,
  length = new TextEncoder().encode(header).length,
): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  bytes.set(values, 8 + text.length);
  return bytes;
}

describe('safetensors', () => {
  it('come back bit for bit', () => {
    const file = readSafetensors(writeSafetensors({ tensors, metadata: { task: 'forecast' } }), 'x');
    expect(file.metadata).toEqual({ task: 'forecast' });
    expect(new Map([...file.tensors].sort())).toEqual(new Map([...tensors].sort()));
  });

  it('come back from a Buffer, whose slices share memory', () => {
    const { tensors: read } = readSafetensors(Buffer.from(writeSafetensors({ tensors, metadata: {} })), 'x');
    expect(read.get('a')).toEqual(tensors.get('a'));
  });

  it('are laid out as the format says', () => {
    // Written by the Python library: safetensors.numpy.save({'b': float32 [[1, 2]], 'a': float64 [3]}, {'k': 'v'}).
    const expected =
      '88000000000000007b225f5f6d657461646174615f5f223a7b226b223a2276227d2c2261223a7b226474797065223a224636' +
      '34222c227368617065223a5b315d2c22646174615f6f666673657473223a5b302c385d7d2c2262223a7b226474797065223a' +
      '22463332222c227368617065223a5b312c325d2c22646174615f6f666673657473223a5b382c31365d7d7d20000000000000' +
      '08400000803f00000040';
    const bytes = writeSafetensors({
      tensors: new Map<string, Tensor>([
        ['b', { shape: [1, 2], values: Float32Array.of(1, 2) }],
        ['a', { shape: [1], values: Float64Array.of(3) }],
      ]),
      metadata: { k: 'v' },
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(expected);
  });

  const four = new Uint8Array(4);
  const entry = (offsets: string, shape = '[1]', type = 'F32') =>
    `{"dtype":"${type}","shape":${shape},"data_offsets":${offsets}}`;
  it.each([
    ['nothing', new Uint8Array(0)],
    ['seven bytes', new Uint8Array(7)],
    ['a header longer than the file', fileOf('{}', four, 99)],
    ['a header of 2^63 bytes', fileOf('{}', four, Number.MAX_SAFE_INTEGER)],
    ['a header that is no JSON', fileOf('{"a":', new Uint8Array(0))],
    ['a header that is a list', fileOf('[]', new Uint8Array(0))],
    ['a header that starts with a space', fileOf(' {}', new Uint8Array(0))],
    ['invalid UTF-8', Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d)],
    ['values that nothing describes', fileOf('{}', four)],
    ['overlapping tensors', fileOf(`{"a":${entry('[0,4]')},"b":${entry('[0,4]')}}`, four)],
    ['a gap between tensors', fileOf(`{"a":${entry('[0,4]')},"b":${entry('[8,12]')}}`, new Uint8Array(12))],
    ['offsets past the end', fileOf(`{"a":${entry('[0,8]', '[2]')}}`, four)],
    ['offsets backward', fileOf(`{"a":${entry('[4,0]')}}`, four)],
    ['a shape that does not fit', fileOf(`{"a":${entry('[0,4]', '[2]')}}`, four)],
    ['a negative size', fileOf(`{"a":${entry('[0,4]', '[-1]')}}`, four)],
    [
      'sizes whose product overflows',
      fileOf(`{"a":${entry('[0,4]', '[9007199254740991,9007199254740991]')}}`, four),
    ],
    ['a fraction of a size', fileOf(`{"a":${entry('[0,4]', '[0.5]')}}`, four)],
    ['an unknown type', fileOf(`{"a":${entry('[0,4]', '[1]', 'F4096')}}`, four)],
    ['a type that is not text', fileOf('{"a":{"dtype":3,"shape":[1],"data_offsets":[0,4]}}', four)],
    ['three offsets', fileOf(`{"a":${entry('[0,4,4]')}}`, four)],
    ['a tensor that is null', fileOf('{"a":null}', four)],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}', new Uint8Array(0))],
    ['metadata that is a list', fileOf('{"__metadata__":[]}', new Uint8Array(0))],
  ])('with %s are refused with a sentence', (_, bytes) => {
    expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(
      expect.objectContaining({ code: 'import/damaged', where: 'x.safetensors' }),
    );
  });

  it('cut anywhere are refused', () => {
    const bytes = writeSafetensors({ tensors, metadata: {} });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length), 'x')).toThrow(WorkbenchError);
    }
  });

  it('with a random byte changed are read or refused, never more', () => {
    const bytes = writeSafetensors({ tensors, metadata: { a: 'b' } });
    const random = new RandomStream(1, 99);
    for (let attempt = 0; attempt < 3000; attempt++) {
      const changed = bytes.slice();
      for (let flips = 0; flips <= random.nextInteger(3); flips++) {
        changed[random.nextInteger(bytes.length)] = random.nextInteger(256);
      }
      try {
        for (const { shape, values } of readSafetensors(changed, 'x').tensors.values()) {
          expect(values.length).toBe(shape.reduce((product, size) => product * size, 1));
        }
      } catch (error) {
        if (!(error instanceof WorkbenchError)) throw error;
        expect(error.code).toBe('import/damaged');
      }
    }
  });
});
