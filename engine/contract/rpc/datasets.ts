import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { experimentSchema } from '../experiment.ts';
import { sourceChoicesSchema, sourceFormats, sourceSchema } from '../source.ts';
import { packedFloats, partSchema, procedure, projectInput } from './common.ts';

const datasetInput = projectInput.extend({ dataset: z.string().min(1) });

export const columnTypeSchema = z.enum(['number', 'integer', 'boolean', 'time', 'text']);

export const datasetSummarySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  rows: z.int(),
  importedAt: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: columnTypeSchema })),
  notes: z.array(z.string()),
  format: z.enum(sourceFormats),
  /** How a person wanted the file to be read, how it was, and what the settings that take names may be. */
  reading: sourceSchema,
  found: sourceSchema,
  choices: sourceChoicesSchema,
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

export const importEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), fraction: z.number().nullable(), rows: z.int().nullable() }),
  z.strictObject({ kind: z.literal('done'), dataset: datasetSummarySchema }),
]);

/** A problem of the file at its row, for a person. */
export const problemSchema = z.strictObject({
  row: z.int().nullable(),
  column: z.string().nullable(),
  message: z.string(),
});

export const histogramSchema = z.strictObject({
  /** Edges of the bins, one more than counts; numbers, or milliseconds for times. */
  edges: z.array(z.number()),
  counts: z.array(z.int()),
});

export const columnProfileSchema = z.strictObject({
  name: z.string(),
  type: columnTypeSchema,
  /** Why it was given this type. */
  evidence: z.string(),
  missing: z.int(),
  missingRows: z.array(z.int()),
  distinct: z.int(),
  constant: z.boolean(),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  mean: z.number().nullable(),
  deviation: z.number().nullable(),
  /** 5, 25, 50, 75 and 95 %; empty for text. */
  quantiles: z.array(z.number()),
  histogram: histogramSchema.nullable(),
  values: z.array(z.strictObject({ text: z.string(), count: z.int() })),
  problems: z.array(problemSchema),
});
export type ColumnProfileView = z.infer<typeof columnProfileSchema>;

export const profileViewSchema = z.strictObject({
  rows: z.int(),
  columns: z.array(columnProfileSchema),
  time: z
    .strictObject({
      column: z.string(),
      /** For a person: "1 day". */
      frequency: z.string().nullable(),
      gaps: z.int(),
      duplicates: z.int(),
    })
    .nullable(),
  series: z.strictObject({ column: z.string(), count: z.int() }).nullable(),
  warnings: z.array(z.string()),
});
export type ProfileView = z.infer<typeof profileViewSchema>;

/** What the data of an experiment becomes: how many samples, which rows in which part, one window. */
export const preparedViewSchema = z.strictObject({
  samples: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
  rowsRead: z.int(),
  rowsUsed: z.int(),
  dropped: z.array(z.strictObject({ reason: z.string(), rows: z.int() })),
  warnings: z.array(z.string()),
  /** Row ranges [first,last], 1-based, of each part; at most a few hundred. */
  parts: z.array(
    z.strictObject({ part: partSchema, series: z.string(), firstRow: z.int(), lastRow: z.int() }),
  ),
  /** The first training window: rows it reads and rows it predicts. */
  window: z
    .strictObject({ firstRow: z.int(), lastRow: z.int(), targetFirstRow: z.int(), targetLastRow: z.int() })
    .nullable(),
});
export type PreparedView = z.infer<typeof preparedViewSchema>;

export const datasetsContract = {
  list: procedure.input(projectInput).output(z.array(datasetSummarySchema)),
  /** The last event is `done`; aborting leaves the project as it was. */
  import: procedure
    .input(projectInput.extend({ file: z.string(), source: sourceSchema.optional() }))
    .output(eventIterator(importEventSchema)),
  profile: procedure.input(datasetInput).output(profileViewSchema),
  /** Cells as text, null where missing; `offset` from 0. */
  rows: procedure
    .input(datasetInput.extend({ offset: z.int().min(0), count: z.int().min(1).max(2000) }))
    .output(
      z.strictObject({
        total: z.int(),
        columns: z.array(z.string()),
        rows: z.array(z.array(z.string().nullable())),
      }),
    ),
  /** Minimum and maximum of a numeric column in each of `points` buckets of rows, float32; NaN where missing. */
  plot: procedure
    .input(
      datasetInput.extend({
        column: z.string(),
        series: z.string().nullable(),
        /** Only rows from `first` to `last`, 1-based; null for all. */
        rows: z.strictObject({ first: z.int().min(1), last: z.int().min(1) }).nullable(),
        points: z.int().min(2).max(4000),
      }),
    )
    .output(
      z.strictObject({
        firstRows: z.array(z.int()),
        minimum: packedFloats,
        maximum: packedFloats,
        /** Text of the time column at each bucket, or empty. */
        times: z.array(z.string()),
      }),
    ),
  prepared: procedure.input(projectInput.extend({ experiment: experimentSchema })).output(preparedViewSchema),
};
