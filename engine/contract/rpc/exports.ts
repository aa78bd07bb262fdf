import { z } from 'zod';
import { procedure, runInput } from './common.ts';

export const exportFormatSchema = z.strictObject({
  format: z.string(),
  title: z.string(),
  /** Ending of the file, or null for a folder. */
  extension: z.string().nullable(),
  available: z.boolean(),
  /** Why not, or what is lost. */
  reason: z.string().nullable(),
  keeps: z.array(z.string()),
  loses: z.array(z.string()),
  options: z.array(
    z.strictObject({
      name: z.string(),
      values: z.array(z.string()),
      default: z.string(),
    }),
  ),
});
export type ExportFormat = z.infer<typeof exportFormatSchema>;

export const exportResultSchema = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int() })),
  /** null where nothing on this machine can open the format. */
  verification: z
    .strictObject({
      tool: z.string(),
      samples: z.int(),
      largestDifference: z.number(),
      /** Metrics of these samples by the predictions of this program and by those of the tool. */
      metrics: z.array(z.strictObject({ name: z.string(), ours: z.number(), theirs: z.number() })),
    })
    .nullable(),
  notes: z.array(z.string()),
  /** Code that loads the model in the other tool. */
  code: z.array(z.strictObject({ language: z.string(), text: z.string() })),
});
export type ExportResult = z.infer<typeof exportResultSchema>;

export const exportsContract = {
  formats: procedure.input(runInput).output(z.array(exportFormatSchema)),
  write: procedure
    .input(
      runInput.extend({
        format: z.string(),
        /** File or folder to write; null for exports/ in the project. */
        path: z.string().nullable(),
        options: z.record(z.string(), z.string()),
      }),
    )
    .output(exportResultSchema),
};
