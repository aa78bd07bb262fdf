import type { WeightKind } from '../contract/model.ts';
import type { TrainingConfig } from '../contract/training.ts';
import type { ParameterDescription } from '../model/description.ts';
import type { SlotId } from '../ops/matrix.ts';
import type { Op } from '../ops/op.ts';
import type { PlannedParameter } from './built.ts';

/** A weight that learns. */
interface Learning extends PlannedParameter {
  readonly gradient: SlotId;
}

/**
 * What follows the gradients, in Keras's order: penalties, clipping, decoupled weight decay with the optimizer's
 * step, constraints, moving average.
 */
export function updateProgram(parameters: Iterable<PlannedParameter>, training: TrainingConfig): Op[] {
  const learning = [...parameters].filter((parameter): parameter is Learning => parameter.gradient !== null);
  if (learning.length === 0) return [];
  const { clipping } = training;
  return [
    ...regularizers(learning, training),
    {
      kind: 'clipGradients',
      gradients: learning.map(({ gradient }) => gradient),
      mode: clipping.kind,
      threshold: clipping.kind === 'none' ? 0 : clipping.threshold,
    },
    ...learning.map((parameter) => optimizerUpdate(parameter, training)),
    ...learning.flatMap((parameter) => constraint(parameter, training)),
    ...learning.flatMap((parameter) => movingAverage(parameter, training)),
  ];
}

function regularizers(learning: readonly Learning[], training: TrainingConfig): Op[] {
  return learning
    .map(({ description, slot, gradient }) => {
      const { l1 = 0, l2 = 0 } = training.regularizers[description.kind] ?? {};
      return { kind: 'regularize' as const, parameter: slot, gradient, l1, l2 };
    })
    .filter(({ l1, l2 }) => l1 > 0 || l2 > 0)
    .map((op, index) => ({ ...op, first: index === 0 }));
}

/** Biases, gains and initial states are offsets, not strengths of connections: they do not decay. */
const decaying: ReadonlySet<WeightKind> = new Set<WeightKind>([
  'kernel',
  'recurrent',
  'embedding',
  'dense',
  'attention',
  'attentionVector',
]);

function optimizerUpdate({ description, slot, gradient, optimizer }: Learning, training: TrainingConfig): Op {
  return {
    kind: 'optimizerUpdate',
    optimizer: training.optimizer,
    parameter: slot,
    gradient,
    slots: optimizer.map((state) => state.slot),
    multiplier: training.learningRateMultipliers[description.kind] ?? 1,
    decay: decaying.has(description.kind) ? training.weightDecay : 0,
  };
}

function constraint({ description, slot }: Learning, training: TrainingConfig): Op[] {
  const config = training.constraints[description.kind];
  if (config === undefined) return [];
  return [
    {
      kind: 'constrain',
      parameter: slot,
      ...matrixShape(description),
      constraint: config.kind,
      limit: config.kind === 'maxNorm' ? config.limit : 0,
    },
  ];
}

/** A vector counts as one column. */
function matrixShape({ shape }: ParameterDescription): { rows: number; columns: number } {
  const [rows = 1, columns = 1] = shape;
  return { rows, columns };
}

function movingAverage({ slot, average }: Learning, { averaging }: TrainingConfig): Op[] {
  if (average === null || averaging === null) return [];
  return [{ kind: 'movingAverage', parameter: slot, average, decay: averaging.decay }];
}
