import { type Loss, predictionsPerTarget, usesLabels } from '../../../engine/ops/loss.ts';
import type { Rows } from '../../../engine/ops/matrix.ts';
import type { CaseSource, Tolerance } from '../case.ts';
import { CaseBuilder, type Margin, outputFill } from '../case-builder.ts';

interface LossOptions {
  readonly rows: Rows;
  /** Target values a row, or classes. */
  readonly targets: number;
  readonly accumulate: boolean;
  readonly gradient: boolean;
  readonly margin: Margin | undefined;
  readonly scale: number;
  readonly predictionScale: number;
}

const defaults: LossOptions = {
  rows: 'sequence',
  targets: 3,
  accumulate: false,
  gradient: true,
  margin: undefined,
  scale: 0.125,
  predictionScale: 2,
};

const extent = { timesteps: 3, batch: 5 };

function lossCase(
  title: string,
  loss: Loss,
  changes: Partial<LossOptions> = {},
  tolerance?: Tolerance,
): CaseSource {
  const name = `loss: ${title}`;
  return {
    name,
    build: () => {
      const options = { ...defaults, ...changes };
      const { rows, targets } = options;
      const builder = new CaseBuilder(name, extent);
      const count = rows === 'sequence' ? extent.timesteps * extent.batch : extent.batch;
      const columns = targets * (usesLabels(loss) ? 1 : predictionsPerTarget(loss));
      const predictions = builder.matrix(
        'predictions',
        rows,
        columns,
        { scale: options.predictionScale },
        options.margin,
      );
      const gradient = options.gradient
        ? builder.matrix('gradient', rows, columns, outputFill, options.margin)
        : null;
      builder.add('gradients', {
        kind: 'loss',
        rows,
        loss,
        predictions,
        targets: addTargets(builder, loss, rows, targets, count),
        weights: builder.matrix('weights', rows, 1, rowWeights(count)).slot,
        gradient,
        accumulate: options.accumulate,
      });
      builder.scalar('lossScale', options.scale);
      builder.objectiveResult('loss');
      if (gradient !== null) {
        builder.variable(
          'predictions',
          builder.elements(predictions, rows),
          builder.elements(gradient, rows),
        );
      }
      return builder.build(['gradients'], tolerance);
    },
  };
}

/** Whole, fractional and zero weights. */
function rowWeights(count: number): readonly number[] {
  return Array.from({ length: count }, (_, row) => [1, 0.5, 0, 2][row % 4] as number);
}

function addTargets(builder: CaseBuilder, loss: Loss, rows: Rows, targets: number, count: number): number {
  const size = rows === 'sequence' ? { perSequenceRow: 1 } : { perBatchRow: 1 };
  if (usesLabels(loss)) {
    // Rows without weight carry a label that is no class: nobody may look at it.
    const labels = rowWeights(count).map((weight, row) => (weight === 0 ? -1 : (row * 7 + 1) % targets));
    return builder.integers('labels', size, labels);
  }
  if (loss.kind === 'binaryCrossEntropy' || loss.kind === 'binaryFocal') {
    const truths = Array.from({ length: count * targets }, (_, index) => ((index * 5 + 1) % 3) % 2);
    return builder.matrix('targets', rows, targets, truths).slot;
  }
  if (loss.kind === 'poisson') {
    const counts = Array.from({ length: count * targets }, (_, index) => (index * 3) % 7);
    return builder.matrix('targets', rows, targets, counts).slot;
  }
  return builder.matrix('targets', rows, targets, { scale: 2 }).slot;
}

const classWeights = [0.5, 2, 1, 0, 1.5];

const losses: readonly (readonly [string, Loss, Partial<LossOptions>?])[] = [
  ['mean squared error', { kind: 'meanSquaredError' }],
  ['mean absolute error', { kind: 'meanAbsoluteError' }],
  ['huber', { kind: 'huber', delta: 1 }],
  ['huber, delta 0.3', { kind: 'huber', delta: 0.3 }],
  ['log-cosh', { kind: 'logCosh' }],
  ['pinball, one quantile', { kind: 'pinball', quantiles: [0.5] }],
  ['pinball, three quantiles', { kind: 'pinball', quantiles: [0.1, 0.5, 0.9] }],
  ['gaussian', { kind: 'gaussian' }],
  ['poisson', { kind: 'poisson' }],
  ['cross-entropy', { kind: 'crossEntropy', smoothing: 0, classWeights: null }, { targets: 5 }],
  ['cross-entropy, two classes', { kind: 'crossEntropy', smoothing: 0, classWeights: null }, { targets: 2 }],
  ['cross-entropy, one class', { kind: 'crossEntropy', smoothing: 0, classWeights: null }, { targets: 1 }],
  [
    'cross-entropy, many classes',
    { kind: 'crossEntropy', smoothing: 0.1, classWeights: null },
    { targets: 37 },
  ],
  ['cross-entropy, smoothing', { kind: 'crossEntropy', smoothing: 0.2, classWeights: null }, { targets: 5 }],
  ['cross-entropy, class weights', { kind: 'crossEntropy', smoothing: 0, classWeights }, { targets: 5 }],
  ['cross-entropy, both', { kind: 'crossEntropy', smoothing: 0.2, classWeights }, { targets: 5 }],
  ['binary cross-entropy', { kind: 'binaryCrossEntropy', positiveWeight: 1, smoothing: 0 }],
  ['binary cross-entropy, weight', { kind: 'binaryCrossEntropy', positiveWeight: 3, smoothing: 0 }],
  ['binary cross-entropy, smoothing', { kind: 'binaryCrossEntropy', positiveWeight: 2, smoothing: 0.1 }],
  [
    'binary cross-entropy, 88 keys',
    { kind: 'binaryCrossEntropy', positiveWeight: 1, smoothing: 0 },
    { targets: 88 },
  ],
  ['focal', { kind: 'focal', gamma: 2, classWeights: null }, { targets: 5 }],
  ['focal, gamma 0', { kind: 'focal', gamma: 0, classWeights: null }, { targets: 5 }],
  ['focal, gamma 0.5 and class weights', { kind: 'focal', gamma: 0.5, classWeights }, { targets: 5 }],
  ['binary focal', { kind: 'binaryFocal', gamma: 2, alpha: null }],
  ['binary focal, alpha', { kind: 'binaryFocal', gamma: 1.5, alpha: 0.25 }],
  ['binary focal, gamma 0', { kind: 'binaryFocal', gamma: 0, alpha: 0.25 }],
];

const meanSquaredError: Loss = { kind: 'meanSquaredError' };
const crossEntropy: Loss = { kind: 'crossEntropy', smoothing: 0.1, classWeights };

export const lossCases: readonly CaseSource[] = [
  ...losses.map(([title, loss, changes]) => lossCase(title, loss, changes)),
  lossCase('one row a sample', meanSquaredError, { rows: 'batch' }),
  lossCase('labels, one row a sample', crossEntropy, { rows: 'batch', targets: 5 }),
  lossCase('no gradient', meanSquaredError, { gradient: false }),
  lossCase('added to the loss so far', meanSquaredError, { accumulate: true }),
  lossCase('windows of columns', crossEntropy, { margin: { left: 4, right: 1 }, targets: 5 }),
  ...losses
    .filter(([, loss]) => loss.kind !== 'poisson')
    .map(([title, loss, changes]) =>
      lossCase(`${title}, predictions up to 60`, loss, { ...changes, predictionScale: 60 }),
    ),
];
