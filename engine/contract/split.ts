import { z } from 'zod';

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
      kind: z.literal('group'),
      train: z.number().gt(0).lt(1).default(0.7).describe('share of the groups that trains, about'),
      validation: z
        .number()
        .min(0)
        .lt(1)
        .default(0.15)
        .describe('share of the groups that validates, about; what is left tests'),
    })
    .describe(
      'all rows with the same text in the column with the role "group" go to one part, by a hash of that text that is stable when rows are added',
    ),
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
  z
    .strictObject({
      kind: z.literal('stratified'),
      train: z.number().gt(0).lt(1).default(0.7).describe('share of the sequences of each class that trains'),
      validation: z
        .number()
        .min(0)
        .lt(1)
        .default(0.15)
        .describe('share of the sequences of each class that validates; what is left tests'),
    })
    .describe(
      'like random, class by class, so that every part has the same mixture; for one label or 0/1 target a sequence',
    ),
  z
    .strictObject({
      kind: z.literal('rollingOrigin'),
      folds: z.int().min(1).max(1000).default(5).describe('how often the origin moves on'),
      fold: z
        .int()
        .min(1)
        .max(1000)
        .nullable()
        .default(null)
        .describe('which fold is trained, from 1 (the earliest), or null for the last'),
      validation: z
        .number()
        .min(0)
        .lt(1)
        .default(0.15)
        .describe('share of the rows before the test part that validates'),
      gap: z
        .int()
        .min(0)
        .nullable()
        .default(null)
        .describe('rows left out between two parts, or null for window + horizon - 1'),
      trainingRows: z
        .int()
        .min(1)
        .nullable()
        .default(null)
        .describe('at most so many rows before the gap train and validate, or null for all'),
    })
    .describe(
      'cross-validation over time: of a series of n rows the test part of fold i is the i-th of the last `folds` runs of floor(n / (folds + 1)) rows, and only rows before it train (scikit-learn TimeSeriesSplit)',
    ),
]);
export type SplitConfig = z.infer<typeof splitSchema>;
