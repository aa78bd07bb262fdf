import { z } from 'zod';
import { errorCodes } from '../base/errors.ts';
import { backendNames } from './backend-name.ts';

/** A number that JSON can hold: NaN and infinities, which a diverging run produces, become null. */
const finite = z.number().nullable();
const metrics = z.record(z.string(), finite);

/** What a training run tells, in order: once `run`, then any of the others, and `done` or `error` at the end. */
export const runEventSchema = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('run'),
    id: z.string(),
    backend: z.enum(backendNames),
    description: z.string(),
    parameters: z.int(),
    estimatedBytes: z.int(),
    samples: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
    stepsPerEpoch: z.int(),
    epochs: z.int(),
    /** Step the run starts from: 0, or that of the checkpoint it resumes. */
    step: z.int(),
    /** Naive forecasts on the validation part, to compare epochs with: `naive.last.rmse`. */
    baselines: metrics.optional(),
  }),
  z.strictObject({
    event: z.literal('decision'),
    subject: z.string(),
    choice: z.string(),
    reason: z.string(),
  }),
  z.strictObject({
    event: z.literal('step'),
    step: z.int(),
    epoch: z.int(),
    loss: finite,
    penalty: finite,
    gradientNorm: finite,
    clippedFraction: finite,
    learningRate: z.number(),
    sequences: z.int(),
    /** Seconds of training until here, over all resumptions; runs of earlier versions lack it. */
    seconds: z.number().optional(),
  }),
  z.strictObject({
    /** A person changed the learning rate: from the step after this one on, the schedule's is multiplied. */
    event: z.literal('learning-rate'),
    step: z.int(),
    factor: z.number().positive(),
  }),
  z.strictObject({
    event: z.literal('epoch'),
    epoch: z.int(),
    step: z.int(),
    /** Mean training loss of the epoch, validation loss and metrics: `train.loss`, `validation.loss`, ... */
    metrics,
    best: z.boolean(),
    learningRate: z.number(),
    seconds: z.number(),
  }),
  z.strictObject({ event: z.literal('checkpoint'), step: z.int(), path: z.string() }),
  z.strictObject({
    event: z.literal('done'),
    id: z.string(),
    reason: z.enum(['epochs', 'steps', 'early-stopping', 'interrupted']),
    step: z.int(),
    epoch: z.int(),
    bestEpoch: z.int().nullable(),
    /** Metrics on the test part: `test.loss`, `test.rmse`, and of the naive baselines: `naive.last.rmse`. */
    metrics,
    seconds: z.number(),
  }),
  z.strictObject({
    event: z.literal('error'),
    code: z.enum(errorCodes),
    message: z.string(),
    where: z.string().nullable(),
    hint: z.string().nullable(),
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
