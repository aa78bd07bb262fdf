import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { decodingSchema } from '../decoding.ts';
import { runEventSchema } from '../events.ts';
import { experimentSchema } from '../experiment.ts';
import { runRecordSchema } from '../run.ts';
import { packedFloats, partSchema, procedure, projectInput, runInput } from './common.ts';

/** What a person says of a run, and what it is doing now; its record says how it went. */
export const runViewSchema = z.strictObject({
  record: runRecordSchema,
  tags: z.array(z.string()),
  note: z.string(),
  /** Place in the queue from 0, or null. */
  queued: z.int().nullable(),
  paused: z.boolean(),
  epochs: z.int(),
  stepsPerEpoch: z.int().nullable(),
});
export type RunView = z.infer<typeof runViewSchema>;

/** Steps as columns of float32 (`step` as float64), so that a million are a few megabytes. */
export const stepColumnsSchema = z.strictObject({
  count: z.int(),
  step: packedFloats,
  epoch: packedFloats,
  loss: packedFloats,
  gradientNorm: packedFloats,
  clippedFraction: packedFloats,
  learningRate: packedFloats,
  /** Sequences a second. */
  throughput: packedFloats,
});
export type StepColumns = z.infer<typeof stepColumnsSchema>;

/**
 * What a window that follows a run is told: everything so far in large pieces, then news at most ten times a second.
 * `position` counts steps sent: a window that reconnects asks from there.
 */
export const runNewsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('steps'), position: z.int(), columns: stepColumnsSchema }),
  z.strictObject({ kind: z.literal('event'), event: runEventSchema }),
  z.strictObject({ kind: z.literal('view'), view: runViewSchema }),
  /** Everything that was there when the call was made has been sent. */
  z.strictObject({ kind: z.literal('current') }),
]);
export type RunNews = z.infer<typeof runNewsSchema>;

export const runsContract = {
  list: procedure.input(projectInput).output(
    z.strictObject({
      runs: z.array(runViewSchema),
      /** Sentences about runs that cannot be read. */
      damaged: z.array(z.string()),
    }),
  ),
  /** Puts a run of the experiment into the queue; it starts at once when nothing runs. */
  start: procedure
    .input(projectInput.extend({ experiment: experimentSchema, name: z.string().nullable() }))
    .output(z.strictObject({ run: z.string() })),
  /** After the step in progress; the process keeps everything in memory. */
  pause: procedure.input(runInput).output(z.void()),
  /** Goes on with a paused, interrupted or failed run. */
  resume: procedure.input(runInput).output(z.void()),
  /** Ends a run after the step in progress with a checkpoint; a queued one leaves the queue. */
  stop: procedure.input(runInput).output(z.void()),
  /** A factor on the schedule's learning rate from the next step on, noted in the run's events. */
  setLearningRate: procedure.input(runInput.extend({ factor: z.number().positive() })).output(z.void()),
  reorderQueue: procedure.input(projectInput.extend({ runs: z.array(z.string()) })).output(z.void()),
  follow: procedure.input(runInput.extend({ position: z.int().min(0) })).output(eventIterator(runNewsSchema)),
  /** Metrics of each epoch. */
  epochs: procedure.input(runInput).output(z.array(runEventSchema)),
  configuration: procedure
    .input(runInput)
    .output(z.strictObject({ text: z.string(), experiment: experimentSchema })),
  update: procedure
    .input(
      runInput.extend({
        name: z.string().optional(),
        tags: z.array(z.string()).optional(),
        note: z.string().optional(),
      }),
    )
    .output(runViewSchema),
  /** Moves runs into the project's trash; `restore` brings them back until the project is closed. */
  remove: procedure.input(projectInput.extend({ runs: z.array(z.string()) })).output(z.void()),
  restore: procedure.input(projectInput.extend({ runs: z.array(z.string()) })).output(z.void()),
  checkpoints: procedure.input(runInput).output(
    z.array(
      z.strictObject({
        step: z.int(),
        epoch: z.int(),
        best: z.boolean(),
        /** What a person called it; null for one that retention removes. */
        name: z.string().nullable(),
      }),
    ),
  ),
  /** Saves a checkpoint under a name that retention keeps. */
  keepCheckpoint: procedure.input(runInput.extend({ name: z.string().min(1).max(100) })).output(z.void()),
};

const selection = runInput.extend({
  part: partSchema,
  /** Step of a checkpoint; null for the finished or best weights. */
  checkpoint: z.int().nullable(),
});

export const sampleViewSchema = z.strictObject({
  sample: z.int(),
  series: z.string(),
  firstRow: z.int(),
  lastRow: z.int(),
  time: z.string().nullable(),
  loss: z.number().nullable(),
  truth: z.string().nullable(),
  prediction: z.string().nullable(),
});

export const curveSchema = z.strictObject({
  name: z.string(),
  x: z.array(z.number()),
  y: z.array(z.number()),
  area: z.number().nullable(),
});

export const understandingSchema = z.strictObject({
  metrics: z.record(z.string(), z.number().nullable()),
  samples: z.int(),
  /** For forecasts and regressions: one target of one horizon step after another. */
  values: z
    .strictObject({
      target: z.string(),
      step: z.int(),
      unit: z.string().nullable(),
      times: z.array(z.string()),
      truth: packedFloats,
      prediction: packedFloats,
      /** Lower and upper quantile predictions where the loss is quantile; null otherwise. */
      lower: packedFloats.nullable(),
      upper: packedFloats.nullable(),
      /** Half width of a band that covers 90 % of the validation residuals; null without validation. */
      residualBand: z.number().nullable(),
      residualHistogram: z.strictObject({ edges: z.array(z.number()), counts: z.array(z.int()) }),
    })
    .nullable(),
  classes: z
    .strictObject({
      names: z.array(z.string()),
      /** [truth][prediction], counts. */
      confusion: z.array(z.array(z.int())),
      roc: z.array(curveSchema),
      precisionRecall: z.array(curveSchema),
    })
    .nullable(),
  /** Samples with the greatest loss first. */
  worst: z.array(sampleViewSchema),
});
export type Understanding = z.infer<typeof understandingSchema>;

export const directionViewSchema = z.strictObject({
  name: z.string(),
  units: z.int(),
  reverse: z.boolean(),
  /** [T,H] float32 row-major each. */
  update: packedFloats,
  reset: packedFloats,
  candidate: packedFloats,
  state: packedFloats,
  /** [T] norm of the derivative of the loss with respect to the state; null where it cannot be had. */
  gradientNorms: packedFloats.nullable(),
});

export const inspectionViewSchema = z.strictObject({
  sample: sampleViewSchema,
  timesteps: z.int(),
  /** Text of the time, token or row at each timestep. */
  labels: z.array(z.string()),
  directions: z.array(directionViewSchema),
  attention: packedFloats.nullable(),
});
export type InspectionView = z.infer<typeof inspectionViewSchema>;

export const importedModelSchema = z.strictObject({
  run: z.string(),
  /** As a person calls it: ONNX, Keras. */
  format: z.string(),
  parameters: z.int(),
  /** What the file did not say, and what was read otherwise than it was written. */
  notes: z.array(z.string()),
});
export type ImportedModel = z.infer<typeof importedModelSchema>;

export const generatedSchema = z.strictObject({
  texts: z.array(
    z.strictObject({
      /** Without the prompt. */
      text: z.string(),
      tokens: z.int(),
      /** Natural logarithm of its probability. */
      logProbability: z.number(),
      /** Whether the model ended it; it was cut at the length otherwise. */
      ended: z.boolean(),
    }),
  ),
  warnings: z.array(z.string()),
});
export type GeneratedTexts = z.infer<typeof generatedSchema>;

export const modelsContract = {
  /** A network of another tool becomes a finished run, measured on the test part. */
  import: procedure.input(projectInput.extend({ file: z.string() })).output(importedModelSchema),
  understand: procedure
    .input(selection.extend({ target: z.int().min(0), step: z.int().min(0) }))
    .output(understandingSchema),
  inspect: procedure.input(selection.extend({ sample: z.int().min(0) })).output(inspectionViewSchema),
  samples: procedure
    .input(selection.extend({ offset: z.int().min(0), count: z.int().min(1).max(500) }))
    .output(z.strictObject({ total: z.int(), samples: z.array(sampleViewSchema) })),
  /** Continues or translates a text with a run of the task "next". */
  generate: procedure
    .input(
      runInput.extend({
        /** Step of a checkpoint; null for the finished or best weights. */
        checkpoint: z.int().nullable(),
        prompt: z.string().max(100_000),
        /** Most tokens to make. */
        length: z.int().min(1).max(10_000),
        decoding: decodingSchema,
      }),
    )
    .output(generatedSchema),
  predictFile: procedure
    .input(runInput.extend({ file: z.string(), output: z.string(), steps: z.int().min(1).nullable() }))
    .output(z.strictObject({ output: z.string(), rows: z.int(), warnings: z.array(z.string()) })),
};
