import { z } from 'zod';

/** How tokens are chosen from what a model says of the next one. */
export const decodingSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sample'),
    /** Divides the logits; 0 always takes the likeliest token. */
    temperature: z.number().min(0).max(100),
    /** Only so many of the likeliest tokens, or null (Fan et al. 2018). */
    topK: z.int().min(1).nullable(),
    /** Only the likeliest tokens that together have this probability, or null (Holtzman et al. 2020). */
    topP: z.number().min(0).max(1).nullable(),
    seed: z.int().min(0),
    /** Texts to make, each with random numbers of its own. */
    count: z.int().min(1).max(100),
  }),
  z.strictObject({
    kind: z.literal('beam'),
    /** Texts that are followed at a time; the best of them come back. */
    width: z.int().min(1).max(100),
    /** A text of n tokens is ranked by log probability / n^penalty; 0 prefers short ones. */
    lengthPenalty: z.number().min(0).max(10),
  }),
]);
export type Decoding = z.infer<typeof decodingSchema>;
