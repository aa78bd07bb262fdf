import { z } from 'zod';
import { calendarParts } from '../contract/columns.ts';
import { tasks } from '../contract/experiment.ts';
import { columnTypes, timeFormats } from './table.ts';
import { textPreparationSchema } from './text/text-preparation.ts';

/**
 * Everything that was learned from the training part of a table and that turns any later table with the same columns
 * into model inputs: kept as JSON beside the weights of a run, and all that a prediction needs besides them.
 */

/** model value = (value - offset) / scale; the scale of a constant column is 1. */
export const normalizerSchema = z.strictObject({ offset: z.number(), scale: z.number().positive() });
export type Normalizer = z.infer<typeof normalizerSchema>;

/** The transform before normalization, with what it learned; `null` in its place means none. */
const powerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('log'), offset: z.number() }),
  z.strictObject({
    kind: z.literal('boxCox'),
    offset: z.number(),
    lambda: z.number(),
    /** Largest training value in the unit of the file: what a prediction beyond the range of the inverse is taken for. */
    largest: z.number(),
  }),
]);
export type Power = z.infer<typeof powerSchema>;

/** Statistics of one numeric column, over all series and, where asked for, for each series. */
const statisticsSchema = z.strictObject({
  global: normalizerSchema,
  series: z.record(z.string(), normalizerSchema).nullable(),
  /** Training mean in the unit of the file: what `missing: "mean"` fills in. */
  mean: z.number(),
  /** Bounds of outliers in the unit of the file. */
  clip: z.tuple([z.number(), z.number()]).nullable().default(null),
  power: powerSchema.nullable().default(null),
  /** Rows back to what the value is the change from; 0 for the value itself. */
  difference: z.int().default(0),
});
export type Statistics = z.infer<typeof statisticsSchema>;

/** Rows ahead from which the value is taken: the horizon, for a covariate that is known in advance. */
const ahead = z.int().default(0);

export const inputColumnSchema = z.discriminatedUnion('encoding', [
  z.strictObject({ encoding: z.literal('numeric'), column: z.string(), ahead, statistics: statisticsSchema }),
  z
    .strictObject({
      encoding: z.literal('lag'),
      column: z.string(),
      rows: z.int(),
      statistics: statisticsSchema,
    })
    .describe('the value so many rows before'),
  z
    .strictObject({
      encoding: z.literal('rolling'),
      column: z.string(),
      rows: z.int(),
      statistic: z.enum(['mean', 'deviation']),
      statistics: statisticsSchema,
    })
    .describe('a statistic of the last rows'),
  z
    .strictObject({ encoding: z.literal('missing'), column: z.string(), ahead })
    .describe('1 where the column holds nothing, else 0'),
  z
    .strictObject({
      encoding: z.literal('calendar'),
      column: z.string(),
      part: z.enum(calendarParts),
      form: z.enum(['cycle', 'oneHot']),
    })
    .describe('a part of the time'),
  z
    .strictObject({
      encoding: z.literal('binary'),
      column: z.string(),
      ahead,
      /** The texts that mean 0 and 1; null for numbers 0 and 1. */
      texts: z.tuple([z.string(), z.string()]).nullable(),
      /** Share of ones in the training part: what `missing: "mean"` fills in. */
      mean: z.number(),
    })
    .describe('0 or 1, never normalized'),
  z
    .strictObject({
      encoding: z.literal('oneHot'),
      column: z.string(),
      ahead,
      categories: z.array(z.string()),
    })
    .describe('one input per category; a category that is not in the list is all zeros'),
  z
    .strictObject({
      encoding: z.literal('embedding'),
      column: z.string(),
      ahead,
      categories: z.array(z.string()),
    })
    .describe('entry 0 is the unknown or missing category, entry i + 1 is categories[i]'),
  z
    .strictObject({ encoding: z.literal('hash'), column: z.string(), ahead, buckets: z.int() })
    .describe('entry 0 is the missing category, entry 1 + hash modulo buckets any other'),
]);
export type InputColumn = z.infer<typeof inputColumnSchema>;

export const targetColumnSchema = z.strictObject({
  column: z.string(),
  /** Null for labels and 0/1 targets, and for counts (Poisson loss), which are never normalized. */
  statistics: statisticsSchema.nullable(),
  /** For a 0/1 target: the texts that mean 0 and 1; null for numbers. */
  texts: z.tuple([z.string(), z.string()]).nullable(),
  /** Training mean in the unit of the file; 0 for labels. */
  mean: z.number(),
});
export type TargetColumn = z.infer<typeof targetColumnSchema>;

const partSchema = z.strictObject({
  /** Rows of the file that belong to the part. */
  rows: z.int(),
  samples: z.int(),
  series: z.int(),
  /** First and last time of the part, or null without a time column. */
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type PartSummary = z.infer<typeof partSchema>;

/** Rows that no sample uses, and why. */
export const droppedRowsSchema = z.strictObject({
  reason: z.string(),
  count: z.int(),
  /** The first of them, 1-based, at most ten. */
  rows: z.array(z.int()),
});
export type DroppedRows = z.infer<typeof droppedRowsSchema>;

/** One check for ways in which a model could see what it is to predict. */
export const leakageSchema = z.strictObject({
  check: z.string(),
  found: z.boolean(),
  /** What was looked at, or what was found, as a sentence. */
  detail: z.string(),
});
export type LeakageCheck = z.infer<typeof leakageSchema>;

export const preparationSchema = z.strictObject({
  version: z.literal(1),
  task: z.enum(tasks),
  window: z.int(),
  horizon: z.int(),
  /** Types of the columns in use, so that a later file is read the same way. */
  columns: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(columnTypes),
      format: z.enum(timeFormats).nullable(),
      /** How times that are not ISO 8601 are written: "%d/%m/%Y". */
      pattern: z.string().nullable().default(null),
    }),
  ),
  inputs: z.array(inputColumnSchema),
  /** Numeric columns whose values at the first row of a sequence start the GRU, in layer and direction order. */
  stateColumns: z.array(z.string()),
  targets: z.array(targetColumnSchema),
  outputKind: z.enum(['values', 'binary', 'labels']),
  classes: z.array(z.string()),
  /** n / (classes * count) over the labels of the training part (scikit-learn "balanced"); null without labels. */
  balancedClassWeights: z.array(z.number()).nullable(),
  /** Rows read = rows used + rows dropped. */
  rows: z.strictObject({ read: z.int(), used: z.int(), dropped: z.array(droppedRowsSchema) }),
  split: z.strictObject({ train: partSchema, validation: partSchema, test: partSchema }),
  /** How texts become tokens; null without columns of the encoding "text". */
  text: textPreparationSchema.nullable().default(null),
  /** What the checks for leakage found; they always run. */
  leakage: z.array(leakageSchema).default([]),
  /** Sentences about what deserves a second look: leaks, constant columns, empty parts. */
  warnings: z.array(z.string()),
});
export type Preparation = z.infer<typeof preparationSchema>;
