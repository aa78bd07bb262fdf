import { z } from 'zod';
import { errorCodes } from '../base/errors.ts';
import { backendNames } from './backend-name.ts';
import { tasks } from './experiment.ts';

/**
 * - created: its folder exists, training has not begun
 * - running: a process trains it now
 * - interrupted: stopped by a person, or its process died; `resume` goes on
 * - done: trained to its end
 * - diverged: the loss stopped being a number; the last good checkpoint is kept
 * - failed: stopped by another error (a full disk, say); `resume` goes on once that is mended
 */
export const runStatuses = ['created', 'running', 'interrupted', 'done', 'diverged', 'failed'] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const metrics = z.record(z.string(), z.number().nullable());

/** What a run is and how it went: with its configuration and preparation, everything needed to repeat it. */
export const runRecordSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  task: z.enum(tasks),
  status: z.enum(runStatuses),
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  seed: z.int(),
  /** What computed; null before the first step. */
  backend: z
    .strictObject({
      name: z.enum(backendNames),
      precision: z.enum(['float32', 'float64']),
      description: z.string(),
      threads: z.int(),
    })
    .nullable(),
  /** Versions of this program and of what runs it, and the operating system. */
  program: z.strictObject({ version: z.string(), runtime: z.string(), system: z.string() }),
  dataset: z.strictObject({ id: z.string(), source: z.string(), sha256, rows: z.int() }),
  parameters: z.int().nullable(),
  estimatedBytes: z.int().nullable(),
  step: z.int(),
  epoch: z.int(),
  bestEpoch: z.int().nullable(),
  /** Seconds of training, over all resumptions. */
  seconds: z.number(),
  /** Metrics of the finished model: `test.loss`, `naive.last.rmse`, ... */
  metrics: metrics.nullable(),
  /** Why training ended. */
  reason: z.string().nullable(),
  error: z
    .strictObject({
      code: z.enum(errorCodes),
      message: z.string(),
      where: z.string().nullable(),
      hint: z.string().nullable(),
    })
    .nullable(),
  /** The finished model's weights, `model.safetensors` in the run's folder. */
  model: z.strictObject({ sha256 }).nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
