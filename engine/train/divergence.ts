import { WorkbenchError, type WorkbenchErrorDetails } from '../base/errors.ts';
import type { TrainingConfig } from '../contract/training.ts';
import { type Batch, createBatch, type SampleSet } from '../data/prepared.ts';
import type { BatchPlan } from '../infer/batches.ts';
import type { ModelDescription } from '../model/description.ts';
import type { Activation } from '../ops/activation.ts';

/** What is known when a loss or gradient stops being a number. */
export interface Divergence {
  readonly what: 'training loss' | 'gradient norm' | 'validation loss';
  readonly value: number;
  readonly step: number;
  /** Gradient norms of the last updates before, oldest first. */
  readonly norms: readonly number[];
  readonly learningRate: number;
  readonly set: SampleSet;
  /** The batches of the update. */
  readonly batches: readonly BatchPlan[];
}

/** The likeliest cause, in the order in which they can be told apart: the data, the step size, the activation. */
export function explainDivergence(
  divergence: Divergence,
  model: ModelDescription,
  training: TrainingConfig,
): WorkbenchError {
  const { what, value, step, learningRate } = divergence;
  const happened = `The ${what} became ${value} at step ${step}`;
  const error = (cause: string, details: WorkbenchErrorDetails) =>
    new WorkbenchError('train/diverged', `${happened}: ${cause}`, {
      ...details,
      data: { step, learningRate, norms: divergence.norms.map((norm) => norm), ...details.data },
    });

  const bad = findExtreme(divergence, model, (number) => !Number.isFinite(number));
  if (bad !== null) {
    return error(`${bad.name} is ${bad.value}`, {
      where: bad.where,
      hint: 'Correct the row, or choose how missing values are handled with data.missing.',
    });
  }
  const huge = findExtreme(divergence, model, (number) => Math.abs(number) > largestSensibleInput);
  if (huge !== null) {
    return error(`${huge.name} is ${huge.value}, far outside the range a network can work with`, {
      where: huge.where,
      hint: 'Correct the row, or set data.normalize to "standard".',
    });
  }
  const activation = unboundedActivation(model);
  const growth = growthOf(divergence.norms);
  if (activation !== null && growth < explosiveGrowth) {
    return error(`the activation ${activation.name} has no upper limit, and the state grows at every step`, {
      where: activation.key,
      hint: 'Use tanh, set the clip of the layer, or lower training.learningRate.',
    });
  }
  const grew =
    growth >= explosiveGrowth
      ? `the gradient norm had grown ${Number(growth.toPrecision(3))}-fold in ${divergence.norms.length} steps`
      : `the steps are too large at a learning rate of ${learningRate}`;
  return error(grew, {
    where: 'training.learningRate',
    hint:
      training.clipping.kind === 'none'
        ? 'Lower training.learningRate, or set training.clipping to {"kind":"globalNorm","threshold":1}.'
        : 'Lower training.learningRate.',
  });
}

/** Normalized inputs are a few units large; anything beyond this was not normalized or is an error. */
const largestSensibleInput = 1e6;
const explosiveGrowth = 100;

/** By how much the gradient norm rose from its smallest to its last value. */
function growthOf(norms: readonly number[]): number {
  const last = norms.at(-1) ?? 0;
  const smallest = Math.min(...norms);
  return norms.length < 2 || smallest === 0 ? 1 : last / smallest;
}

const bounded: ReadonlySet<Activation> = new Set<Activation>([
  'sigmoid',
  'hardSigmoid',
  'hardSigmoidOnnx',
  'tanh',
  'softsign',
]);

function unboundedActivation(model: ModelDescription): { name: string; key: string } | null {
  for (const [index, { config }] of model.layers.entries()) {
    if (config.clip !== null) continue;
    for (const key of ['candidateActivation', 'gateActivation'] as const) {
      if (!bounded.has(config[key])) return { name: config[key], key: `model.layers.${index}.${key}` };
    }
  }
  return null;
}

interface Finding {
  readonly name: string;
  readonly value: number;
  readonly where: string;
}

/** The first input or target of the batches that is extreme, and the row of the file it came from. */
function findExtreme(
  { set, batches }: Divergence,
  model: ModelDescription,
  extreme: (value: number) => boolean,
): Finding | null {
  const batchSize = Math.max(...batches.map(({ samples }) => samples.length), 1);
  const batch = createBatch(model.inputs, model.outputs, { timesteps: set.longest, batch: batchSize });
  for (const { samples } of batches) {
    set.fill(samples, batch);
    const found =
      findIn(batch, samples, set, batch.features, model.inputs.features, 'sequence', 'the input', extreme) ??
      findIn(
        batch,
        samples,
        set,
        batch.targets,
        model.outputs.targets,
        model.outputs.rows,
        'the target',
        extreme,
      );
    if (found !== null) return found;
  }
  return null;
}

function findIn(
  batch: Batch,
  samples: Int32Array,
  set: SampleSet,
  values: Float32Array,
  names: readonly string[],
  rows: 'sequence' | 'batch',
  kind: string,
  extreme: (value: number) => boolean,
): Finding | null {
  const count = (rows === 'sequence' ? batch.timesteps : 1) * batch.batch;
  for (let row = 0; row < count; row++) {
    const sample = samples[row % batch.batch] as number;
    const step = rows === 'sequence' ? Math.floor(row / batch.batch) : null;
    // Padding, and targets that do not count, may hold anything.
    if (step !== null && step >= set.length(sample)) continue;
    if (kind === 'the target' && batch.weights[row] === 0) continue;
    for (let column = 0; column < names.length; column++) {
      const value = values[row * names.length + column] as number;
      if (extreme(value)) {
        return { name: `${kind} "${names[column]}"`, value, where: placeOf(set, sample, step) };
      }
    }
  }
  return null;
}

/** The row of the file where it is known, otherwise the rows of the window. */
function placeOf(set: SampleSet, sample: number, step: number | null): string {
  const { series, firstRow, lastRow, time } = set.origin(sample);
  const row = step === null ? undefined : set.rowAt?.(sample, step);
  const rows = row === undefined ? `rows ${firstRow} to ${lastRow}` : `row ${row}`;
  return [series === '' ? null : `series ${series}`, rows, time === null ? null : `window ending at ${time}`]
    .filter((part) => part !== null)
    .join(', ');
}
