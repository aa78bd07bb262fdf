import { type Loss, type LossKind, predictionsPerTarget } from '../../../ops/loss.ts';
import type { LossOp } from '../../../ops/op.ts';
import { resultIndex, scalarIndex } from '../../../plan/plan.ts';
import { groupSize } from '../kernel.ts';
import { lossClassesKernel, lossElementsKernel, sumPartsKernel } from '../kernels/loss.ts';
import type { ProgramWriter } from '../program.ts';

/** In the order of the numbers in loss-elements.wgsl, then those of loss-classes.wgsl. */
const elementKinds: readonly LossKind[] = [
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
  'logCosh',
  'pinball',
  'gaussian',
  'poisson',
  'binaryCrossEntropy',
  'binaryFocal',
];
const classKinds: readonly LossKind[] = ['crossEntropy', 'focal'];

export function encodeLoss(writer: ProgramWriter, op: LossOp): void {
  const rows = writer.rows(op.rows);
  const predictions = writer.window(op.predictions);
  const gradient = op.gradient === null ? null : writer.window(op.gradient);
  const { first, second, list } = parametersOf(op.loss);
  const listAt = list.length === 0 ? 0 : writer.floatTable(list);
  const scaleAt = writer.at(writer.plan.scalars) + scalarIndex.lossScale;
  const places = {
    predictionsAt: predictions.at,
    predictionsStride: predictions.stride,
    targetsAt: writer.at(op.targets),
    weightsAt: writer.at(op.weights),
    gradientAt: gradient?.at ?? 0,
    gradientStride: gradient?.stride ?? 0,
    scaleAt,
    listAt,
  };
  const classKind = classKinds.indexOf(op.loss.kind);
  const group = predictionsPerTarget(op.loss);
  const targets = predictions.columns / group;
  const count = rows * targets;
  const parts = classKind >= 0 ? rows : Math.ceil(count / groupSize);
  const partsAt = writer.workspace(parts);
  if (classKind >= 0) {
    writer.groupwise(
      lossClassesKernel,
      { KIND: classKind, WEIGHTED: list.length > 0, GRADIENT: gradient !== null },
      { rows, classes: predictions.columns, partsAt, ...places, zero: 0, first },
      rows,
    );
  } else {
    writer.groupwise(
      lossElementsKernel,
      { KIND: elementKinds.indexOf(op.loss.kind), GROUP: group, GRADIENT: gradient !== null },
      { count, targets, parts, partsAt, ...places, first, second },
      parts,
    );
  }
  writer.dispatch(
    sumPartsKernel,
    { SCALED: true, ACCUMULATE: op.accumulate },
    { parts, partsAt, scaleAt, to: writer.at(writer.plan.results) + resultIndex.loss },
    [1, 1, 1],
  );
}

interface LossParameters {
  readonly first: number;
  readonly second: number;
  readonly list: readonly number[];
}

/** The numbers of a loss as its shader names them. */
function parametersOf(loss: Loss): LossParameters {
  const none = { first: 0, second: 0, list: [] };
  switch (loss.kind) {
    case 'huber':
      return { ...none, first: loss.delta };
    case 'pinball':
      return { ...none, list: loss.quantiles };
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
