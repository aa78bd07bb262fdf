import { z } from 'zod';
import {
  sourceChoicesSchema,
  sourceFormats,
  sourceSchema,
  sourceShapes,
} from '../../../engine/contract/source.ts';
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
  /** How the text of a CSV file was cut into cells, in manifests of version 0.1; others say it in `found`. */
  dialect: z.unknown().optional(),
  format: z.enum(sourceFormats).default('csv'),
  shape: z.enum(sourceShapes).default('wide'),
  /** How a person wanted the file to be read, and how it was. */
  reading: sourceSchema.prefault({}),
  found: sourceSchema.prefault({}),
  choices: sourceChoicesSchema.prefault({}),
  /** Records of the file: read = used + dropped. They are the rows, unless the shape was changed. */
  records: z
    .strictObject({
      read: z.int(),
      used: z.int(),
      dropped: z.array(z.strictObject({ reason: z.string(), count: z.int() })),
    })
    .nullable()
    .default(null),
  /** The query over the rows of another dataset that made this one; null for an imported file. */
  derived: z.strictObject({ from: z.string(), sql: z.string() }).nullable().default(null),
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
