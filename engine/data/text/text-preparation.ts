import { z } from 'zod';
import { tokenizerFileSchema } from './tokenizer-file.ts';

/** What a run keeps of its text: all that turns a later text into the same tokens. */
export const textPreparationSchema = z.strictObject({
  tokenizer: tokenizerFileSchema,
  /** Texts of the training part that the tokenizer was learned from; 0 for one from a file. */
  trainedOn: z.int(),
  /** Tokens by part. */
  tokens: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
  /** Share of the tokens after the training part that the tokenizer does not know. */
  unknown: z.number(),
  /** Texts that were longer than `data.text.maximumLength`. */
  truncated: z.int(),
});
export type TextPreparation = z.infer<typeof textPreparationSchema>;
