import type { TextConfig } from '../../contract/text.ts';
import { byteAlphabet } from './byte-alphabet.ts';
import { learnBytePairs } from './learn-byte-pairs.ts';
import { createNormalizer } from './normalize.ts';
import { createPreTokenizer } from './pre-tokenize.ts';
import { specialToken } from './tokenizer.ts';
import {
  type DecoderPart,
  type NormalizerPart,
  type PreTokenizerPart,
  type TokenizerFile,
  tokenizerFileSchema,
} from './tokenizer-file.ts';

/** Tokens that every trained tokenizer has, with the ids 0 to 4. */
const padding = '<pad>';
const unknown = '<unk>';
const specialTokens = [padding, unknown, '<begin>', '<end>', '<separator>'];

/** Splits as the tokenizers library understands them; `(?s:.)` is one code point, line breaks included. */
const pipelines: Readonly<
  Record<
    Exclude<TextConfig['tokenizer'], 'file'>,
    { readonly cut: PreTokenizerPart; readonly join: DecoderPart }
  >
> = {
  word: { cut: { type: 'UnicodeWords' }, join: { type: 'UnicodeWords' } },
  character: {
    cut: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
    join: { type: 'Fuse' },
  },
  bytePair: {
    cut: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    join: { type: 'ByteLevel' },
  },
};

/**
 * Learns a tokenizer from texts (of the training part alone). Ties in frequency go by code point, so that the order
 * of the texts does not matter.
 * @param config `tokenizer` must not be "file".
 */
export function trainTokenizer(config: TextConfig, texts: Iterable<string>): TokenizerFile {
  const kind = config.tokenizer === 'file' ? 'word' : config.tokenizer;
  const { cut, join } = pipelines[kind];
  const normalizers = normalizersOf(config);
  const counts = countPieces(texts, normalizers, cut);
  return tokenizerFileSchema.parse({
    added_tokens: specialTokens.map((token, id) => specialToken(id, token)),
    normalizer: normalizers.length === 0 ? null : { type: 'Sequence', normalizers },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [cut] },
    decoder: { type: 'Sequence', decoders: [join] },
    model: kind === 'bytePair' ? bytePairs(config, counts) : words(config, counts),
  });
}

/** A tokenizer whose tokens are whole cells, for tables with one token a row. */
export function trainCellTokenizer(config: TextConfig, cells: Iterable<string>): TokenizerFile {
  const normalizers = normalizersOf(config);
  const normalize = createNormalizer(normalizers);
  const counts = new Map<string, number>();
  for (const cell of cells) count(counts, normalize(cell));
  return tokenizerFileSchema.parse({
    added_tokens: specialTokens.map((token, id) => specialToken(id, token)),
    normalizer: normalizers.length === 0 ? null : { type: 'Sequence', normalizers },
    model: words(config, counts),
  });
}

function normalizersOf({ unicode, lowercase }: TextConfig): NormalizerPart[] {
  return [
    ...(unicode === 'none' ? [] : [{ type: unicode }]),
    ...(lowercase ? [{ type: 'Lowercase' as const }] : []),
  ];
}

function countPieces(
  texts: Iterable<string>,
  normalizers: readonly NormalizerPart[],
  cut: PreTokenizerPart,
): Map<string, number> {
  const normalize = createNormalizer(normalizers);
  const preTokenize = createPreTokenizer([cut]);
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const piece of preTokenize([{ text: normalize(text), first: true }])) count(counts, piece.text);
  }
  return counts;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function words(config: TextConfig, counts: ReadonlyMap<string, number>) {
  const kept = [...counts]
    .filter(([word, times]) => times >= config.minimumFrequency && !specialTokens.includes(word))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, Math.max(0, config.vocabulary - specialTokens.length))
    .map(([word]) => word);
  return { type: 'WordLevel', unk_token: unknown, vocab: numbered([...specialTokens, ...kept]) };
}

function bytePairs(config: TextConfig, counts: ReadonlyMap<string, number>) {
  const alphabet = [...byteAlphabet].sort((a, b) => (a < b ? -1 : 1));
  const { merges, tokens } = learnBytePairs(
    [...counts].map(([word, times]) => ({ symbols: [...word], count: times })),
    alphabet,
    {
      merges: Math.max(0, config.vocabulary - specialTokens.length - alphabet.length),
      // A pair that occurs once tells nothing of the language.
      minimumFrequency: Math.max(2, config.minimumFrequency),
    },
  );
  return {
    type: 'BPE',
    unk_token: null,
    vocab: numbered([...specialTokens, ...tokens]),
    merges: merges.map(([left, right]) => [left, right]),
  };
}

function numbered(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}
