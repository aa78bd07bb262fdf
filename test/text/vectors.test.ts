import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { readWordVectors } from '../../engine/data/text/vectors.ts';
import { sentenceOf } from '../data/make-table.ts';

const file = (name: string) => new Uint8Array(readFileSync(new URL(`golden/${name}`, import.meta.url)));
const golden = JSON.parse(new TextDecoder().decode(file('vectors.json'))) as Record<string, number[]>;
const runs = Number(process.env.FUZZ ?? 300);

/** In pieces of a few bytes, so that words and numbers are cut anywhere. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

const read = (bytes: Uint8Array, wanted: readonly string[], size = 7) =>
  readWordVectors(pieces(bytes, size), new Set(wanted), 'vectors');

const text = (content: string) => new TextEncoder().encode(content);

describe('word vectors', () => {
  it.each(['vectors.w2v.txt', 'vectors.bin', 'vectors.glove.txt', 'vectors.vec'])(
    'are read for the wanted words alone: %s',
    async (name) => {
      for (const size of [1, 7, 4096]) {
        const { width, read: count, found } = await read(file(name), ['low', 'übung', '我', 'absent'], size);
        expect(width).toBe(5);
        expect(count).toBe(name.includes('glove') ? 9 : 8);
        expect([...found.keys()]).toEqual(['low', 'übung', '我']);
        for (const [word, numbers] of found) expect([...numbers]).toEqual(golden[word]);
      }
    },
  );

  it('may have blanks in a word, as in the largest GloVe file', async () => {
    const { found } = await read(file('vectors.glove.txt'), ['. . .']);
    expect([...(found.get('. . .') ?? [])]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it('are refused with the place where the file is damaged', async () => {
    const sentence = (bytes: Uint8Array) => sentenceOf(() => read(bytes, ['b']));
    expect(await sentence(text('a 1 2 3\nb 1 2\n'))).toContain(
      'A line has 2 numbers where the others have 3 (vectors, line 2)',
    );
    expect(await sentence(text('a 1 2 3\nb 1 2 x\n'))).toContain('no finite number (vectors, line 2)');
    expect(await sentence(text(''))).toContain('The file has no word vectors');
    expect(await sentence(text('hello\n'))).toContain('A vector has 0 numbers');
    expect(await sentence(file('vectors.bin').slice(0, 100))).toContain('The file ends after 3 of 8 vectors');
  });

  it(`survive ${runs} mutations: vectors, or an error with its place`, async () => {
    const seeds = ['vectors.w2v.txt', 'vectors.bin', 'vectors.glove.txt'].map(file);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(80),
        async (seed, changes, cut) => {
          const bytes = seed.slice(0, seed.length - cut);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          try {
            const { width, found } = await read(bytes, Object.keys(golden), 64);
            for (const vector of found.values()) {
              expect(vector.length).toBe(width);
              expect(vector.every(Number.isFinite)).toBe(true);
            }
          } catch (error) {
            if (!(error instanceof WorkbenchError)) throw error;
            expect(error.where).toContain('vectors');
          }
        },
      ),
      { numRuns: runs, seed: 3 },
    );
  });
});
