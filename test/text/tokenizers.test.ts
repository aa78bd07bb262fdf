import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textSchema } from '../../engine/contract/text.ts';
import { importTokenizer } from '../../engine/data/text/import-tokenizer.ts';
import { learnBytePairs } from '../../engine/data/text/learn-byte-pairs.ts';
import { createTokenizer, withSpecialTokens } from '../../engine/data/text/tokenizer.ts';
import { trainTokenizer } from '../../engine/data/text/train-tokenizer.ts';
import { sentenceOf } from '../data/make-table.ts';

interface Golden {
  readonly corpus: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  readonly sennrich: {
    readonly words: readonly (readonly [readonly string[], number])[];
    readonly alphabet: readonly string[];
    readonly merges: readonly (readonly [string, string])[];
  };
  readonly cases: readonly {
    readonly name: string;
    readonly file: unknown;
    readonly texts: readonly (readonly [string, readonly number[]])[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('golden/tokens.json', import.meta.url), 'utf8'),
) as Golden;

const read = (file: unknown) => importTokenizer(JSON.stringify(file), 'tokenizer.json');

describe('a tokenizer.json', () => {
  for (const { name, file, texts } of golden.cases) {
    it(`gives the ids that an independent script gives: ${name}`, () => {
      const tokenizer = createTokenizer(read(file));
      for (const [text, ids] of texts) expect([text, tokenizer.encode(text)]).toEqual([text, ids]);
    });
  }

  it('saved by us is read again as the same tokenizer', () => {
    for (const { file, texts } of golden.cases) {
      const once = withSpecialTokens(read(file));
      const twice = importTokenizer(JSON.stringify(once), 'again.json');
      expect(twice).toEqual(once);
      for (const [text, ids] of texts) expect(createTokenizer(twice).encode(text)).toEqual(ids);
    }
  });

  it.each([
    [
      'a charsmap',
      { normalizer: { type: 'Precompiled', precompiled_charsmap: '' } },
      'normalizer "Precompiled" is not supported',
    ],
    [
      'a pre-tokenizer',
      { pre_tokenizer: { type: 'UnicodeScripts' } },
      'pre_tokenizer "UnicodeScripts" is not supported',
    ],
    [
      'a decoder within a sequence',
      { decoder: { type: 'Sequence', decoders: [{ type: 'CTC' }] } },
      'decoder "CTC" is not supported',
    ],
    [
      'a possessive pattern',
      {
        pre_tokenizer: { type: 'Split', pattern: { Regex: '\\p{L}++' }, behavior: 'Isolated', invert: false },
      },
      'A pattern of the tokenizer cannot be used here',
    ],
    [
      'random merges',
      { model: { type: 'BPE', dropout: 0.1, vocab: { a: 0 }, merges: [] } },
      'drops merges at random',
    ],
    ['no vocabulary', { model: { type: 'WordLevel', vocab: {}, unk_token: 'x' } }, 'has no vocabulary'],
    [
      'two equal ids',
      { model: { type: 'WordLevel', vocab: { a: 0, b: 0 }, unk_token: 'a' } },
      'have the same id',
    ],
    [
      'a huge id',
      { model: { type: 'WordLevel', vocab: { a: 99_000_000 }, unk_token: 'a' } },
      'at most 2000000 are read',
    ],
    ['another model', { model: { type: 'Morphemes' } }, 'model "Morphemes" is not supported'],
  ])('is refused for %s', async (_, change, message) => {
    const file = { model: { type: 'WordLevel', vocab: { a: 0 }, unk_token: 'a' }, ...change };
    expect(await sentenceOf(() => read(file))).toContain(message);
  });

  it('is refused where it is no JSON', async () => {
    expect(await sentenceOf(() => importTokenizer('{"a": ', 'x.json'))).toContain(
      'The tokenizer is not JSON (x.json)',
    );
  });
});

describe('byte pairs', () => {
  it('learn the merges of the example of Sennrich et al. 2016', () => {
    const { words, alphabet, merges } = golden.sennrich;
    const learned = learnBytePairs(
      words.map(([symbols, count]) => ({ symbols, count })),
      alphabet,
      { merges: 10, minimumFrequency: 1 },
    );
    expect(learned.merges).toEqual(merges);
    // The published run merges es, est, est</w> (9 times each), then lo, low (7 each); equal counts may swap.
    const joined = learned.merges.map((pair) => pair.join(''));
    expect(joined[2]).toBe('est</w>');
    expect(joined.slice(3, 5)).toEqual(['lo', 'low']);
  });

  it('learn from a text what counting everything anew learns', () => {
    const config = textSchema.parse({ tokenizer: 'bytePair', vocabulary: 5 + 256 + 60, unicode: 'none' });
    const { model } = trainTokenizer(config, golden.corpus);
    if (model.type !== 'BPE') throw new Error(model.type);
    expect(model.merges).toEqual(golden.merges);
  });

  it('know every text and give it back', () => {
    const config = textSchema.parse({ tokenizer: 'bytePair', vocabulary: 400, unicode: 'none' });
    const tokenizer = createTokenizer(trainTokenizer(config, golden.corpus));
    for (const text of ['Ünïcode 👍🏽 and 我\n\t', 'never seen: ‱', ...golden.corpus]) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });
});

describe('words', () => {
  const train = (texts: readonly string[], rest = {}) =>
    createTokenizer(trainTokenizer(textSchema.parse({ tokenizer: 'word', ...rest }), texts));

  it('are found in English, Chinese and Japanese', () => {
    const tokenizer = train(["Don't panic, it's 3.14!", '我喜欢苹果。', '私は東京に行きました。']);
    const words = (text: string) => tokenizer.encode(text).map((id) => tokenizer.vocabulary[id]);
    expect(words("Don't panic, it's 3.14!")).toEqual(["Don't", 'panic', ',', "it's", '3.14', '!']);
    expect(words('我喜欢苹果。')).toEqual(['我', '喜欢', '苹果', '。']);
    // Where the end of the verb is cut depends on the dictionary of the system.
    const japanese = words('私は東京に行きました。');
    expect(japanese.slice(0, 4)).toEqual(['私', 'は', '東京', 'に']);
    expect(japanese.join('')).toBe('私は東京に行きました。');
    expect(japanese.length).toBeGreaterThan(5);
    expect(tokenizer.decode(tokenizer.encode('我喜欢苹果。'))).toBe('我喜欢苹果。');
    expect(tokenizer.decode(tokenizer.encode("Don't  panic, it's 3.14!"))).toBe("Don't panic, it's 3.14!");
  });

  it('are limited by frequency and number, the rest is unknown', () => {
    const texts = ['b a a c c c d', 'c a d'];
    expect(train(texts).vocabulary.slice(5)).toEqual(['c', 'a', 'd', 'b']);
    expect(train(texts, { minimumFrequency: 2 }).vocabulary.slice(5)).toEqual(['c', 'a', 'd']);
    const small = train(texts, { vocabulary: 8, lowercase: true });
    expect(small.vocabulary).toEqual(['<pad>', '<unk>', '<begin>', '<end>', '<separator>', 'c', 'a', 'd']);
    expect(small.encode('C b d')).toEqual([5, 1, 7]);
  });

  it('are the same in every order of the texts', () => {
    const config = textSchema.parse({ tokenizer: 'word', unicode: 'NFKC' });
    expect(trainTokenizer(config, ['b a', 'ﬁne fine'])).toEqual(trainTokenizer(config, ['ﬁne fine', 'b a']));
    expect(createTokenizer(trainTokenizer(config, ['ﬁne fine'])).vocabulary.slice(5)).toEqual(['fine']);
  });
});

describe('characters', () => {
  it('are code points and give the text back, line breaks included', () => {
    const config = textSchema.parse({ tokenizer: 'character' });
    const tokenizer = createTokenizer(trainTokenizer(config, ['ab\n👍a']));
    expect(tokenizer.vocabulary.slice(5)).toEqual(['a', '\n', 'b', '👍']);
    expect(tokenizer.encode('👍\nz')).toEqual([8, 6, 1]);
    expect(tokenizer.decode([8, 6, 3, 5])).toBe('👍\na');
  });
});
