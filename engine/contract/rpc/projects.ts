import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { experimentSchema, tasks } from '../experiment.ts';
import { runRecordSchema } from '../run.ts';
import { procedure, projectInput } from './common.ts';

export const decisionSchema = z.strictObject({
  subject: z.string(),
  choice: z.string(),
  reason: z.string(),
});

export const projectSchema = z.strictObject({
  /** Handle for all other calls. */
  project: z.string(),
  name: z.string(),
  /** Folder on the machine that serves. */
  path: z.string(),
  created: z.string(),
});
export type Project = z.infer<typeof projectSchema>;

export const recentProjectSchema = z.strictObject({
  path: z.string(),
  name: z.string(),
  opened: z.string(),
  /** False when the folder is gone or is no project any more. */
  present: z.boolean(),
  runs: z.int(),
});

export const sampleSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  task: z.enum(tasks),
  description: z.string(),
  license: z.string(),
});

const created = z.strictObject({
  project: projectSchema,
  experiment: experimentSchema,
  reasons: z.array(decisionSchema),
  notes: z.array(z.string()),
});

/** What changed in a project, told to every window that shows it. */
export const projectEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('experiment'), revision: z.int() }),
  z.strictObject({ kind: z.literal('datasets') }),
  z.strictObject({ kind: z.literal('run'), record: runRecordSchema }),
  z.strictObject({ kind: z.literal('run-removed'), run: z.string() }),
  z.strictObject({ kind: z.literal('queue'), queued: z.array(z.string()), running: z.string().nullable() }),
  z.strictObject({ kind: z.literal('sweeps') }),
]);
export type ProjectEvent = z.infer<typeof projectEventSchema>;

export const projectsContract = {
  recent: procedure.output(z.array(recentProjectSchema)),
  forget: procedure.input(z.strictObject({ path: z.string() })).output(z.void()),
  samples: procedure.output(z.array(sampleSchema)),
  /** Where a new project of this name would be put. */
  suggestFolder: procedure
    .input(z.strictObject({ name: z.string() }))
    .output(z.strictObject({ folder: z.string() })),
  createFromFile: procedure
    .input(
      z.strictObject({
        folder: z.string().nullable(),
        file: z.string(),
        task: z.enum(tasks).nullable(),
        targets: z.array(z.string()),
      }),
    )
    .output(created),
  createFromSample: procedure
    .input(z.strictObject({ folder: z.string().nullable(), sample: z.string() }))
    .output(created),
  open: procedure.input(z.strictObject({ path: z.string() })).output(projectSchema),
  close: procedure.input(projectInput).output(z.void()),
  /** Yields from now on; a window that reconnects reads the state again first. */
  watch: procedure.input(projectInput).output(eventIterator(projectEventSchema)),
};
