import { assertDefined, WorkbenchError } from '../base/errors.ts';
import type { Experiment } from '../contract/experiment.ts';
import type { RunRecord } from '../contract/run.ts';
import type { Preparation } from '../data/preparation.ts';
import type { PreparedData } from '../data/prepared.ts';
import type { ModelDescription } from '../model/description.ts';

/** A trained model with all that an exported file tells of it. */
export interface ExportSource {
  readonly model: ModelDescription;
  /** Every weight of the model by name, in its own layout (`engine/ops/gru.ts`). */
  readonly weights: ReadonlyMap<string, Float32Array | Float64Array>;
  readonly experiment: Experiment;
  /** How a table becomes inputs; null for a model without one (then no pre-processing can be written). */
  readonly preparation: Preparation | null;
  /** `0.1.0` */
  readonly program: string;
  /** Name of the run, for the reader of the file. */
  readonly run: string;
  /** How the run went; null for a model that no run of this program trained. */
  readonly record: RunRecord | null;
  /** The samples of the run, for a training script; null where they are not at hand. */
  readonly data: PreparedData | null;
}

/** One file of an export; `path` is relative to the folder that is written. */
export interface ExportFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What a person should know of it, sentences. */
  readonly notes?: readonly string[];
}

/** A weight that the model has, in float32. */
export function weightOf(source: ExportSource, name: string): Float32Array {
  const values = assertDefined(source.weights.get(name), `the weight ${name}`);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** A weight that the model may have. */
export function optionalWeight(source: ExportSource, name: string): Float32Array | null {
  return source.weights.has(name) ? weightOf(source, name) : null;
}

/**
 * The refusal of a format.
 * @param key the key of the experiment that asks for what the format lacks.
 * @param what what it cannot say, to follow "cannot say".
 */
export function unsupported(format: string, key: string, what: string): WorkbenchError {
  return new WorkbenchError('export/unsupported', `${format} cannot say ${what}`, {
    where: key,
    hint: 'Export to another format, or train with a setting that this one has.',
    data: { key, format },
  });
}

const encoder = new TextEncoder();

export function textFile(path: string, text: string): ExportFile {
  return { path, bytes: encoder.encode(text) };
}

/** What every export tells beside the weights, as one JSON object. */
export function describeSource(source: ExportSource, format: string) {
  const { model, experiment, preparation, program, run } = source;
  return {
    format: `gru-workbench/${format}`,
    version: 1,
    program,
    run,
    inputs: model.inputs,
    outputs: model.outputs,
    experiment,
    preparation,
  };
}

/** The same where a format holds texts only: each part as JSON. */
export function textMetadata(source: ExportSource, format: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(describeSource(source, format)).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
