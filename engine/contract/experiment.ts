import { z } from 'zod';
import { backendNames } from './backend-name.ts';
import { dataSchema } from './data.ts';
import { modelSchema } from './model.ts';
import { trainingSchema } from './training.ts';

/**
 * - forecast: values of the target columns `horizon` steps after the window
 * - classify, regress: one label or value for a whole sequence (its last row's target)
 * - tag: a label or value for every step
 * - next: at every step, the features of the next step (sequence modeling)
 */
export const tasks = ['forecast', 'classify', 'regress', 'tag', 'next'] as const;
export type Task = (typeof tasks)[number];

/** The whole description of an experiment: one JSON file. Every key has a default but the data's own. */
export const experimentSchema = z.strictObject({
  version: z.literal(1).default(1),
  name: z.string().default('experiment').describe('shown in lists'),
  task: z.enum(tasks).default('forecast').describe('what is predicted'),
  data: dataSchema.prefault({}),
  model: modelSchema.prefault({}),
  training: trainingSchema.prefault({}),
  backend: z
    .strictObject({
      name: z
        .enum(['auto', ...backendNames])
        .default('auto')
        .describe('what computes: "auto" takes the fastest usable'),
      threads: z
        .int()
        .min(1)
        .max(256)
        .nullable()
        .default(null)
        .describe('processor threads, or null for one per core'),
      storage: z
        .enum(['float32', 'float16'])
        .default('float32')
        .describe(
          'what a GPU keeps of the gates of large recurrences; float16 takes a fifth to a third of all memory away, and sums stay float32',
        ),
    })
    .prefault({}),
});
export type Experiment = z.infer<typeof experimentSchema>;
