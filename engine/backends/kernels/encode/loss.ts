import type { Loss, LossKind } from '../../../ops/loss.ts';
import type { LossOp } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';
import { lossRows, partialSums } from './blocks.ts';

/** In the order of `LossKind` in ops/loss.h. */
const lossKinds: readonly LossKind[] = [
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'logCosh',
  'pinball',
  'gaussian',
  'poisson',
  'binaryCrossEntropy',
  'binaryFocal',
  'crossEntropy',
  'focal',
];

export function encodeLoss(op: LossOp, record: RecordWriter): void {
  const { timesteps, batch } = record.extent;
  const rows = op.rows === 'sequence' ? timesteps * batch : batch;
  const { first, second, list } = parameters(op.loss);
  record
    .matrix(op.predictions)
    .slot(op.targets)
    .slot(op.weights)
    .matrix(op.gradient)
    .slot(record.plan.scalars)
    .slot(record.plan.results)
    .workspace(partialSums(rows, lossRows))
    .flag(op.rows === 'sequence')
    .integer(lossKinds.indexOf(op.loss.kind))
    .flag(op.accumulate)
    .float(first)
    .float(second)
    .integer(list.length);
  for (const value of list) record.float(value);
}

interface Parameters {
  readonly first: number;
  readonly second: number;
  readonly list: readonly number[];
}

/** The parameters of a loss as `LossArguments` in ops/loss.h names them. */
function parameters(loss: Loss): Parameters {
  const none = { first: 0, second: 0, list: [] };
  switch (loss.kind) {
    case 'huber':
      return { ...none, first: loss.delta };
    case 'pinball':
      return { ...none, first: loss.quantiles.length, list: loss.quantiles };
    case 'crossEntropy':
      return { ...none, first: loss.smoothing, list: loss.classWeights ?? [] };
    case 'binaryCrossEntropy':
      return { ...none, first: loss.positiveWeight, second: loss.smoothing };
    case 'focal':
      return { ...none, first: loss.gamma, list: loss.classWeights ?? [] };
    case 'binaryFocal':
      return { ...none, first: loss.gamma, second: loss.alpha ?? -1 };
    default:
      return none;
  }
}
