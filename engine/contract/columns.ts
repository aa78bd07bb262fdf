import { z } from 'zod';

/** What a column means to the model. */
export const columnRoles = [
  'feature',
  'target',
  'featureAndTarget',
  'time',
  'series',
  'split',
  'group',
  'weight',
  'ignore',
] as const;

export const normalizers = ['none', 'standard', 'minMax', 'robust'] as const;

export const calendarParts = ['hour', 'weekday', 'dayOfMonth', 'dayOfYear', 'month', 'weekend'] as const;
export type CalendarPart = (typeof calendarParts)[number];

const clipSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('quantile'),
      low: z.number().min(0).lt(0.5).default(0.01).describe('quantile below which values are raised to it'),
      high: z.number().gt(0.5).max(1).default(0.99).describe('quantile above which values are lowered to it'),
    })
    .describe('between two quantiles (linear interpolation, as in NumPy)'),
  z
    .strictObject({
      kind: z.literal('interquartile'),
      factor: z.number().positive().default(1.5).describe('interquartile ranges beyond the quartiles'),
    })
    .describe('between the quartiles, widened by a multiple of their distance (Tukey 1977)'),
  z
    .strictObject({
      kind: z.literal('deviation'),
      factor: z.number().positive().default(3).describe('standard deviations around the mean'),
    })
    .describe('around the mean, by a multiple of the standard deviation'),
]);
export type ClipConfig = z.infer<typeof clipSchema>;

const transformSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('log'),
      offset: z.number().default(1).describe('added before the logarithm; 1 makes it log1p'),
    })
    .describe('log(x + offset); every x + offset must be more than 0'),
  z
    .strictObject({
      kind: z.literal('boxCox'),
      offset: z.number().default(0).describe('added before the transform'),
    })
    .describe(
      '((x + offset)^lambda - 1) / lambda, lambda by maximum likelihood on the training part (Box and Cox 1964, scipy.stats.boxcox)',
    ),
]);
export type TransformConfig = z.infer<typeof transformSchema>;

export const columnSchema = z.strictObject({
  name: z.string().min(1).describe('as in the file'),
  role: z
    .enum(columnRoles)
    .describe(
      'input of the model, what it predicts, or both; order of the rows; which series a row belongs to; part of the split; group that a split keeps together; weight of a sample; or unused',
    ),
  encoding: z
    .enum(['numeric', 'oneHot', 'embedding', 'hash', 'label', 'binary', 'text'])
    .default('numeric')
    .describe(
      'numeric value; one-hot or embedded category; embedded by a hash of its text; label (target of a classification); binary (0/1 value, never normalized); text (cut into tokens, each with a learned vector: data.text)',
    ),
  normalize: z
    .enum(normalizers)
    .optional()
    .describe('normalizer of this column; data.normalize when not given'),
  perSeries: z
    .boolean()
    .optional()
    .describe('fit the normalizer of this column for each series; data.perSeries when not given'),
  clip: clipSchema
    .optional()
    .describe(
      'outliers are moved to a bound fitted on the training part: of inputs everywhere, of targets where they train; none when not given',
    ),
  transform: transformSchema
    .optional()
    .describe('of a numeric column after clipping, inverted on output; none when not given'),
  difference: z
    .int()
    .min(1)
    .optional()
    .describe(
      'the change since so many rows before (1, or a season), after the transform; of a forecast since the last row known at that distance; inverted on output; none when not given',
    ),
  lags: z
    .array(z.int().min(1))
    .optional()
    .describe('further inputs: the value so many rows before, one input each; none when not given'),
  rolling: z
    .array(
      z.strictObject({
        rows: z.int().min(2).describe('rows that it covers, the present one among them'),
        statistic: z
          .enum(['mean', 'deviation'])
          .default('mean')
          .describe('mean, or population standard deviation'),
      }),
    )
    .optional()
    .describe('further inputs: a statistic of the last rows; none when not given'),
  known: z
    .enum(['past', 'future', 'static'])
    .optional()
    .describe(
      'past: known up to the present row; future: known ahead, its value data.horizon steps on is a further input of every row, so that the last rows of a window show the predicted steps; static: one value a series, written in one row or all; past when not given',
    ),
  aggregate: z
    .enum(['mean', 'sum', 'min', 'max', 'first', 'last', 'count'])
    .optional()
    .describe(
      'with data.resample: what the rows of a period become; mean of numbers, last of everything else, when not given',
    ),
  minimumCount: z
    .int()
    .min(1)
    .optional()
    .describe('categories with fewer training rows count as unknown; 1 when not given'),
  maximumCategories: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('only so many of the most frequent categories are told apart; 100000 when not given'),
  buckets: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('only with the encoding hash: buckets that categories share; 1024 when not given'),
  timeFormat: z
    .string()
    .min(1)
    .optional()
    .describe(
      'of the time column: how times are written, in the letters of strptime (%d/%m/%Y), or unix or unixMilliseconds; found from the cells when not given',
    ),
  timeZone: z
    .string()
    .min(1)
    .optional()
    .describe(
      'of the time column: IANA zone (Europe/Berlin) in which times without an offset are meant and in which days, hours and weekdays are counted; as written when not given',
    ),
  calendar: z
    .array(z.enum(calendarParts))
    .optional()
    .describe('of the time column: parts of the time as further inputs; none when not given'),
  calendarForm: z
    .enum(['cycle', 'oneHot'])
    .optional()
    .describe(
      'sine and cosine of the place in the cycle, or one input for each value; weekend is always 0 or 1; cycle when not given',
    ),
});
export type ColumnConfig = z.infer<typeof columnSchema>;
