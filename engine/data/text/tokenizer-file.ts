import { z } from 'zod';

/**
 * The parts of the Hugging Face `tokenizer.json` format (tokenizers 0.2x) that are understood, with its own names, so
 * that a tokenizer trained here is kept and saved in the same form. Sequences of parts are flat lists.
 */

const patternSchema = z.union([z.object({ String: z.string() }), z.object({ Regex: z.string() })]);

export const normalizerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']) }),
  z.object({ type: z.literal('Lowercase') }),
  z.object({ type: z.literal('StripAccents') }),
  z.object({ type: z.literal('Strip'), strip_left: z.boolean(), strip_right: z.boolean() }),
  z.object({ type: z.literal('Replace'), pattern: patternSchema, content: z.string() }),
  z.object({ type: z.literal('Prepend'), prepend: z.string() }),
  z.object({ type: z.literal('ByteLevel') }),
  z.object({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean().default(true),
    handle_chinese_chars: z.boolean().default(true),
    strip_accents: z.boolean().nullable().default(null),
    lowercase: z.boolean().default(true),
  }),
]);
export type NormalizerPart = z.infer<typeof normalizerSchema>;

export const splitBehaviors = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const;
export type SplitBehavior = (typeof splitBehaviors)[number];

const metaspace = {
  replacement: z.string().default('▁'),
  prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
  add_prefix_space: z.boolean().optional(),
};

export const preTokenizerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean().default(true),
    trim_offsets: z.boolean().default(true),
    use_regex: z.boolean().default(true),
  }),
  z.object({ type: z.literal('Whitespace') }),
  z.object({ type: z.literal('WhitespaceSplit') }),
  z.object({ type: z.literal('BertPreTokenizer') }),
  z.object({ type: z.literal('Punctuation'), behavior: z.enum(splitBehaviors).default('Isolated') }),
  z.object({ type: z.literal('Digits'), individual_digits: z.boolean().default(false) }),
  z.object({
    type: z.literal('Split'),
    pattern: patternSchema,
    behavior: z.enum(splitBehaviors),
    invert: z.boolean().default(false),
  }),
  z.object({ type: z.literal('CharDelimiterSplit'), delimiter: z.string() }),
  z.object({ type: z.literal('Metaspace'), ...metaspace, split: z.boolean().default(true) }),
  // An extension of ours: words by UAX 29 and dictionaries, as Intl.Segmenter finds them. Other programs refuse it.
  z.object({ type: z.literal('UnicodeWords') }),
]);
export type PreTokenizerPart = z.infer<typeof preTokenizerSchema>;

export const decoderSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ByteLevel') }),
  z.object({
    type: z.literal('WordPiece'),
    prefix: z.string().default('##'),
    cleanup: z.boolean().default(true),
  }),
  z.object({ type: z.literal('Metaspace'), ...metaspace }),
  z.object({ type: z.literal('BPEDecoder'), suffix: z.string().default('</w>') }),
  z.object({ type: z.literal('ByteFallback') }),
  z.object({ type: z.literal('Fuse') }),
  z.object({ type: z.literal('Strip'), content: z.string(), start: z.int(), stop: z.int() }),
  z.object({ type: z.literal('Replace'), pattern: patternSchema, content: z.string() }),
  z.object({ type: z.literal('UnicodeWords') }),
]);
export type DecoderPart = z.infer<typeof decoderSchema>;

const vocabularySchema = z.record(z.string(), z.int().min(0));

export const tokenModelSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('BPE'),
    dropout: z.null().optional(),
    unk_token: z.string().nullable().default(null),
    continuing_subword_prefix: z.string().nullable().default(null),
    end_of_word_suffix: z.string().nullable().default(null),
    fuse_unk: z.boolean().default(false),
    byte_fallback: z.boolean().default(false),
    ignore_merges: z.boolean().default(false),
    vocab: vocabularySchema,
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
  z.object({ type: z.literal('WordLevel'), vocab: vocabularySchema, unk_token: z.string() }),
  z.object({
    type: z.literal('WordPiece'),
    unk_token: z.string().default('[UNK]'),
    continuing_subword_prefix: z.string().default('##'),
    max_input_chars_per_word: z.int().default(100),
    vocab: vocabularySchema,
  }),
  z.object({
    type: z.literal('Unigram'),
    unk_id: z.int().nullable().default(null),
    byte_fallback: z.boolean().default(false),
    vocab: z.array(z.tuple([z.string(), z.number()])),
  }),
]);
export type TokenModel = z.infer<typeof tokenModelSchema>;

const addedTokenSchema = z.object({
  id: z.int().min(0),
  content: z.string().min(1),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().default(false),
  special: z.boolean().default(false),
});
export type AddedToken = z.infer<typeof addedTokenSchema>;

const sequenceOf = <Name extends string, Part extends z.ZodType>(name: Name, part: Part) =>
  z.object({ type: z.literal('Sequence'), [name]: z.array(part) } as {
    type: z.ZodLiteral<'Sequence'>;
  } & Record<Name, z.ZodArray<Part>>);

export const tokenizerFileSchema = z.object({
  version: z.string().default('1.0'),
  truncation: z.null().default(null),
  padding: z.null().default(null),
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: sequenceOf('normalizers', normalizerSchema).nullable().default(null),
  pre_tokenizer: sequenceOf('pretokenizers', preTokenizerSchema).nullable().default(null),
  /** Begin and end tokens are set where the task needs them, not by the tokenizer. */
  post_processor: z.null().default(null),
  decoder: sequenceOf('decoders', decoderSchema).nullable().default(null),
  model: tokenModelSchema,
});
export type TokenizerFile = z.infer<typeof tokenizerFileSchema>;
