import { z } from 'zod';
import { experimentSchema, tasks } from '../experiment.ts';
import { procedure, projectInput } from './common.ts';
import { decisionSchema } from './projects.ts';

/** One thing wrong with a configuration, at its place in the text. */
export const issueSchema = z.strictObject({
  /** `training.optimizer.learningRate` */
  path: z.string(),
  message: z.string(),
  /** 1-based; null when the text does not hold the key. */
  line: z.int().nullable(),
  column: z.int().nullable(),
});
export type Issue = z.infer<typeof issueSchema>;

export const storedExperimentSchema = z.strictObject({
  revision: z.int(),
  /** The file as it stands, which may be invalid. */
  text: z.string(),
  /** What it means; null while it is invalid. */
  experiment: experimentSchema.nullable(),
  issues: z.array(issueSchema),
});
export type StoredExperiment = z.infer<typeof storedExperimentSchema>;

/** One box of the drawing of the network. */
export const layerViewSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['input', 'embedding', 'gru', 'readout', 'dense', 'output', 'loss']),
  /** For a person: "64 units, reset after". */
  detail: z.string(),
  /** "T x B x 64" */
  outputShape: z.string(),
  parameters: z.int(),
});

export const exportabilitySchema = z.strictObject({
  format: z.string(),
  title: z.string(),
  exact: z.boolean(),
  /** What rules it out, or what it loses. */
  reason: z.string().nullable(),
});

export const modelViewSchema = z.strictObject({
  layers: z.array(layerViewSchema),
  parameters: z.int(),
  parametersByLayer: z.array(z.strictObject({ layer: z.string(), parameters: z.int() })),
  memoryBytes: z.int(),
  stepsPerEpoch: z.int(),
  /** From a measured step of this processor; null before one was measured. */
  secondsPerEpoch: z.number().nullable(),
  exports: z.array(exportabilitySchema),
  issues: z.array(issueSchema),
});
export type ModelView = z.infer<typeof modelViewSchema>;

export const presetSchema = z.strictObject({
  id: z.string(),
  /** Changes as `--set` assignments: `training.epochs=5`. */
  assignments: z.array(z.string()),
  /** Tasks it makes sense for; empty for all. */
  tasks: z.array(z.enum(tasks)),
});

/** A configuration that a person gave a name. */
export const versionSchema = z.strictObject({ id: z.string(), name: z.string(), savedAt: z.string() });

export const experimentsContract = {
  get: procedure.input(projectInput).output(storedExperimentSchema),
  /** Saves a text, valid or not. Refused with `store/in-use` when `revision` is not the current one. */
  save: procedure
    .input(projectInput.extend({ text: z.string().max(2_000_000), revision: z.int() }))
    .output(storedExperimentSchema),
  /** Oldest first. */
  versions: procedure.input(projectInput).output(z.array(versionSchema)),
  /** Keeps the configuration as it stands under a name. */
  saveVersion: procedure
    .input(projectInput.extend({ name: z.string().min(1).max(100) }))
    .output(versionSchema),
  /** The text of a version, and what it means; null where it is not valid. */
  version: procedure
    .input(projectInput.extend({ version: z.string() }))
    .output(z.strictObject({ text: z.string(), experiment: experimentSchema.nullable() })),
  /** Checks a text without saving it. */
  check: procedure.input(z.strictObject({ text: z.string().max(2_000_000) })).output(storedExperimentSchema),
  /** JSON Schema of the configuration. */
  schema: procedure.output(z.record(z.string(), z.unknown())),
  /** What the model of an experiment is made of and costs. */
  describe: procedure.input(projectInput.extend({ experiment: experimentSchema })).output(modelViewSchema),
  presets: procedure.output(z.array(presetSchema)),
  /** A whole proposal for a task and targets of a dataset. */
  propose: procedure
    .input(
      projectInput.extend({
        dataset: z.string(),
        task: z.enum(tasks).nullable(),
        targets: z.array(z.string()),
      }),
    )
    .output(z.strictObject({ experiment: experimentSchema, reasons: z.array(decisionSchema) })),
};
