import { z } from 'zod';
import { procedure, projectInput } from './common.ts';

export const sweepParameterSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('choice'),
    path: z.string(),
    values: z.array(z.unknown()).min(1).max(100),
  }),
  z.strictObject({
    kind: z.literal('range'),
    path: z.string(),
    low: z.number(),
    high: z.number(),
    scale: z.enum(['linear', 'log']),
    integer: z.boolean(),
    /** Points of a grid. */
    points: z.int().min(2).max(100),
  }),
]);

export const sweepSchema = z.strictObject({
  name: z.string(),
  method: z.enum(['grid', 'random', 'tpe']),
  parameters: z.array(sweepParameterSchema).min(1).max(20),
  /** Runs at most; a grid has as many as it has points, cut to this. */
  trials: z.int().min(1).max(1000),
  seed: z.int(),
  metric: z.string().default('validation.loss'),
  goal: z.enum(['minimize', 'maximize']).default('minimize'),
  /** Stop a run whose best value is worse than the median of the others at the same epoch, after so many epochs. */
  medianStopping: z.strictObject({ warmupEpochs: z.int().min(0), minimumTrials: z.int().min(1) }).nullable(),
});
export type SweepConfig = z.infer<typeof sweepSchema>;

export const sweepViewSchema = z.strictObject({
  id: z.string(),
  config: sweepSchema,
  status: z.enum(['running', 'stopped', 'done']),
  trials: z.array(
    z.strictObject({
      run: z.string().nullable(),
      values: z.record(z.string(), z.unknown()),
      result: z.number().nullable(),
      status: z.enum(['waiting', 'running', 'done', 'pruned', 'failed']),
    }),
  ),
  best: z.int().nullable(),
});
export type SweepView = z.infer<typeof sweepViewSchema>;

export const sweepsContract = {
  list: procedure.input(projectInput).output(z.array(sweepViewSchema)),
  start: procedure
    .input(projectInput.extend({ sweep: sweepSchema }))
    .output(z.strictObject({ sweep: z.string() })),
  stop: procedure.input(projectInput.extend({ sweep: z.string() })).output(z.void()),
  resume: procedure.input(projectInput.extend({ sweep: z.string() })).output(z.void()),
};
