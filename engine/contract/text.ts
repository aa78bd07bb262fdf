import { z } from 'zod';

/** How columns with the encoding "text" become tokens. */
export const textSchema = z.strictObject({
  tokenizer: z
    .enum(['word', 'character', 'bytePair', 'file'])
    .default('word')
    .describe(
      'words (Unicode segmentation, Chinese and Japanese included), single characters, byte pairs (Sennrich et al. 2016, over bytes as in GPT-2), or a tokenizer.json file; trained on the training part only',
    ),
  file: z.string().default('').describe('path of a Hugging Face tokenizer.json, for the tokenizer "file"'),
  vocabulary: z
    .int()
    .min(8)
    .max(1_000_000)
    .default(10_000)
    .describe('most tokens to keep, special ones included; the most frequent stay'),
  minimumFrequency: z
    .int()
    .min(1)
    .default(1)
    .describe('a word, character or byte pair that occurs more rarely in the training part is unknown'),
  lowercase: z.boolean().default(false).describe('turn the text into lower case first'),
  unicode: z
    .enum(['none', 'NFC', 'NFKC'])
    .default('NFC')
    .describe('Unicode normalization form of the text, before anything else'),
  maximumLength: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('most tokens of a text to classify or of each side of a pair, or null for all'),
  truncate: z.enum(['end', 'start']).default('end').describe('which side of a longer text is left out'),
  documents: z
    .enum(['separate', 'joined'])
    .default('separate')
    .describe(
      'for next-token prediction: every text a document of its own, or lines of one text that windows may cross within a part',
    ),
  vectors: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'path of pretrained word vectors (word2vec text or binary, GloVe, fastText .vec) that the embedding starts from, or null; its width follows, and training.frozen can keep it as it is',
    ),
});
export type TextConfig = z.infer<typeof textSchema>;
