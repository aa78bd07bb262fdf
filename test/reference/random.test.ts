import { describe, expect, it } from 'vitest';
import { philox, RandomStream } from '../../engine/base/rng.ts';

/** Known answers of philox4x32-10 from the authors' own library (Random123, kat_vectors). */
const knownAnswers = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe('philox4x32-10', () => {
  it.each(knownAnswers)('of counter $counter', ({ counter, key, words }) => {
    const block = Uint32Array.from(counter);
    philox(block, key[0], key[1]);
    expect(Array.from(block)).toEqual(words);
  });
});

describe('RandomStream', () => {
  it('element i is word i % 4 of the block [i / 4, stream, step low, step high] under the seed', () => {
    const seed = 0x1_2345_6789;
    const step = 0x2_0000_0007;
    const stream = new RandomStream(seed, 1003, step);
    const drawn = Array.from({ length: 10 }, () => stream.nextUint32());
    const expected = drawn.map((_, element) => {
      const block = Uint32Array.of(Math.floor(element / 4), 1003, 7, 2);
      philox(block, 0x23456789, 1);
      return block[element % 4];
    });
    expect(drawn).toEqual(expected);
  });

  it('nextFloat is exact in float32 and below 1', () => {
    const stream = new RandomStream(9, 1);
    for (let draw = 0; draw < 1000; draw++) {
      const value = stream.nextFloat();
      expect(Math.fround(value)).toBe(value);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
  });
});
