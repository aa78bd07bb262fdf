import { z } from 'zod';
import { columnSchema, normalizers } from './columns.ts';
import { sourceSchema } from './source.ts';
import { splitSchema } from './split.ts';
import { textSchema } from './text.ts';

export type { ColumnConfig } from './columns.ts';
export type { SplitConfig } from './split.ts';

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
  samplingRate: z
    .int()
    .min(1)
    .default(1)
    .describe('a timestep every so many rows, of the window and of the horizon'),
  minimumLength: z
    .int()
    .min(1)
    .default(1)
    .describe('of whole sequences: shorter ones are left out, and reported'),
  maximumLength: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('of whole sequences: longest one in timesteps, or null for no limit'),
  longer: z
    .enum(['drop', 'first', 'last'])
    .default('last')
    .describe('what is kept of a sequence beyond data.maximumLength: nothing, its first or its last steps'),
  firstStep: z
    .enum(['data', 'zeros'])
    .default('data')
    .describe('for next-step prediction: start from the first row, or predict it too, from a row of zeros'),
  normalize: z
    .enum(normalizers)
    .default('standard')
    .describe('of numeric columns, fitted on the training part only, inverted on output'),
  perSeries: z.boolean().default(false).describe('fit the normalizer for each series of its own'),
  missing: z
    .enum(['error', 'drop', 'forward', 'interpolate', 'mean', 'mask'])
    .default('error')
    .describe(
      'what happens to missing numbers: refuse, drop the row, repeat the last value, interpolate, training mean, or training mean with a further 0/1 input that tells where',
    ),
  duplicates: z
    .enum(['error', 'first', 'last', 'mean'])
    .default('error')
    .describe('what happens to rows of one series with the same time'),
  resample: z
    .strictObject({
      every: z.int().min(1).default(1).describe('units in a period'),
      unit: z
        .enum(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'])
        .default('day')
        .describe('unit of a period; weeks begin on Monday'),
    })
    .nullable()
    .default(null)
    .describe(
      'one row for each period of time from the first to the last of a series, before windows are cut; rows of a period are aggregated, periods without rows hold nothing (data.missing); or null',
    ),
  sampling: z
    .enum(['none', 'over', 'under'])
    .default('none')
    .describe(
      'of the training part alone, by the seed: repeat samples of rare classes, or leave out those of frequent ones, until all are as many',
    ),
  split: splitSchema.prefault({ kind: 'time' }).describe('which rows train, which validate and which test'),
  text: textSchema.prefault({}),
});
export type DataConfig = z.infer<typeof dataSchema>;
