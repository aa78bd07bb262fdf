import { z } from 'zod';
import { columnTypes, timeFormats } from '../../../engine/data/table.ts';
import type { JsonFileKind } from '../../../engine/store/json-file.ts';

/** What datasets/<id>/dataset.json says: where the rows came from and how they were read. */
export const datasetSchema = z.strictObject({
  id: z.string(),
  /** Absolute path of the source file. */
  source: z.string(),
  sha256: z.string(),
  /** Size in bytes and time of change of the source when it was read. */
  size: z.int(),
  modified: z.string(),
  importedAt: z.string(),
  rows: z.int(),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(columnTypes),
      format: z.enum(timeFormats).nullable(),
      /** How times that are not ISO 8601 are written: "%d/%m/%Y". */
      pattern: z.string().nullable().default(null),
      almost: z
        .strictObject({
          type: z.enum(['number', 'time']),
          bad: z.int(),
          row: z.int(),
          text: z.string(),
        })
        .nullable(),
    }),
  ),
  /** How the text was cut into cells, and what was left out. */
  dialect: z.strictObject({
    delimiter: z.string(),
    quote: z.string(),
    header: z.boolean(),
    decimalComma: z.boolean().default(false),
    blankLines: z.int(),
  }),
  /** Sentences a person should know about the reading: renamed columns, day and month order. */
  notes: z.array(z.string()),
});
export type Dataset = z.infer<typeof datasetSchema>;

export const datasetKind: JsonFileKind<Dataset> = {
  name: 'dataset',
  version: 1,
  schema: datasetSchema,
  migrations: {},
};
