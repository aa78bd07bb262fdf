import { z } from 'zod';
import { audioSchema } from './audio.ts';
import { sourceSchema } from './source.ts';
import { textSchema } from './text.ts';

/** What a column means to the model. */
export const columnRoles = [
  'feature',
  'target',
  'featureAndTarget',
  'time',
  'series',
  'split',
  'weight',
  'ignore',
] as const;

export const columnSchema = z.strictObject({
  name: z.string().min(1).describe('as in the file'),
  role: z
    .enum(columnRoles)
    .describe(
      'input of the model, what it predicts, or both; order of the rows; which series a row belongs to; part of the split; weight of a sample; or unused',
    ),
  encoding: z
    .enum(['numeric', 'oneHot', 'embedding', 'label', 'binary', 'text'])
    .default('numeric')
    .describe(
      'numeric value; one-hot or embedded category; label (target of a classification); binary (0/1 value, never normalized); text (cut into tokens, each with a learned vector: data.text)',
    ),
});
export type ColumnConfig = z.infer<typeof columnSchema>;

export const splitSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('time'),
      train: z.number().gt(0).lt(1).default(0.7).describe('share of the rows that trains'),
      validation: z
        .number()
        .min(0)
        .lt(1)
        .default(0.15)
        .describe('share of the rows that validates; what is left tests'),
      gap: z
        .int()
        .min(0)
        .nullable()
        .default(null)
        .describe(
          'rows left out between two parts, or null for window + horizon - 1, so that no window crosses (0 for whole sequences)',
        ),
    })
    .describe(
      'of a series of n rows, m = n - gap * (parts - 1) are used: the first floor(m * train) train, after a gap the next floor(m * validation) validate, and after another gap the rest tests; parts is how many of the three are not empty',
    ),
  z
    .strictObject({
      kind: z.literal('series'),
      train: z.number().gt(0).lt(1).default(0.7).describe('share of the series that trains, about'),
      validation: z
        .number()
        .min(0)
        .lt(1)
        .default(0.15)
        .describe('share of the series that validates, about; what is left tests'),
    })
    .describe('whole series go to one part, by a hash of their name that is stable when rows are added'),
  z
    .strictObject({
      kind: z.literal('column'),
      train: z
        .array(z.string())
        .default(['train', '0'])
        .describe('texts of the column that mean the training part'),
      validation: z
        .array(z.string())
        .default(['validation', 'valid', 'val', 'dev', '1'])
        .describe('texts that mean the validation part'),
      test: z.array(z.string()).default(['test', '2']).describe('texts that mean the test part'),
    })
    .describe('the column with the role "split" names the part of each row'),
  z
    .strictObject({
      kind: z.literal('random'),
      train: z.number().gt(0).lt(1).default(0.7).describe('share of the sequences that trains'),
      validation: z
        .number()
        .min(0)
        .lt(1)
        .default(0.15)
        .describe('share of the sequences that validates; what is left tests'),
    })
    .describe('sequences are dealt at random by the seed; only for sequences that do not overlap'),
]);
export type SplitConfig = z.infer<typeof splitSchema>;

export const dataSchema = z.strictObject({
  file: z.string().default('').describe('the source file; its rows are imported into the project once'),
  source: sourceSchema.prefault({}),
  sql: z
    .string()
    .default('')
    .describe(
      'one SELECT over the table "data" that filters its rows and derives columns (DuckDB), without access to files; empty takes the table as it is',
    ),
  columns: z.array(columnSchema).default([]).describe('columns in use, in the order the model sees them'),
  sequence: z
    .enum(['window', 'whole'])
    .default('window')
    .describe('sliding windows over each series, or every series as one sequence of its own length'),
  window: z.int().min(1).default(24).describe('timesteps the model sees'),
  horizon: z.int().min(1).default(1).describe('steps ahead that a forecast predicts'),
  stride: z.int().min(1).default(1).describe('rows between the starts of two windows'),
  firstStep: z
    .enum(['data', 'zeros'])
    .default('data')
    .describe('for next-step prediction: start from the first row, or predict it too, from a row of zeros'),
  normalize: z
    .enum(['none', 'standard', 'minMax', 'robust'])
    .default('standard')
    .describe('of numeric columns, fitted on the training part only, inverted on output'),
  perSeries: z.boolean().default(false).describe('fit the normalizer for each series of its own'),
  missing: z
    .enum(['error', 'drop', 'forward', 'interpolate', 'mean'])
    .default('error')
    .describe(
      'what happens to missing numbers: refuse, drop the row, repeat the last value, interpolate, training mean',
    ),
  duplicates: z
    .enum(['error', 'first', 'last', 'mean'])
    .default('error')
    .describe('what happens to rows of one series with the same time'),
  split: splitSchema.prefault({ kind: 'time' }).describe('which rows train, which validate and which test'),
  text: textSchema.prefault({}),
  audio: audioSchema.prefault({}),
});
export type DataConfig = z.infer<typeof dataSchema>;
