import { type Loss, predictionsPerTarget } from '../../ops/loss.ts';
import type { LossOp } from '../../ops/op.ts';
import { resultIndex, scalarIndex } from '../../plan/plan.ts';
import { classTerm } from './loss-classes.ts';
import { elementTerm } from './loss-elements.ts';
import { addTo, type Run, rowCount, View } from './run.ts';

/** A loss term and its derivatives with respect to the predictions it reads. */
export interface Term {
  readonly value: number;
  readonly gradient: readonly number[];
}

export function loss(run: Run, op: LossOp): void {
  const predictions = new View(run, op.predictions);
  const gradient = op.gradient === null ? null : new View(run, op.gradient);
  const weights = run.floats(op.weights);
  const scale = run.scalars[scalarIndex.lossScale] as number;
  let sum = 0;
  for (let row = 0; row < rowCount(run, op.rows); row++) {
    const weight = weights[row] as number;
    // A row without weight is not looked at: padding may hold anything, NaN included.
    const term = weight === 0 ? null : rowTerm(run, op, row, predictions.row(row));
    sum += term === null ? 0 : weight * term.value;
    for (let column = 0; column < predictions.columns; column++) {
      gradient?.set(row, column, term === null ? 0 : scale * weight * (term.gradient[column] as number));
    }
  }
  if (!op.accumulate) run.results[resultIndex.loss] = 0;
  addTo(run.results, resultIndex.loss, scale * sum);
}

/** The loss of one row before weight and scale. */
function rowTerm(run: Run, op: LossOp, row: number, predictions: Float64Array): Term {
  if (op.loss.kind === 'crossEntropy' || op.loss.kind === 'focal') {
    return classTerm(op.loss, predictions, run.ints(op.targets)[row] as number);
  }
  const group = predictionsPerTarget(op.loss);
  const targets = predictions.length / group;
  let value = 0;
  const gradient: number[] = [];
  for (let target = 0; target < targets; target++) {
    const truth = run.floats(op.targets)[row * targets + target] as number;
    const term = elementTerm(op.loss, predictions.subarray(target * group, (target + 1) * group), truth);
    value += term.value;
    gradient.push(...term.gradient);
  }
  return { value, gradient };
}

export type LossOf<Kind extends Loss['kind']> = Extract<Loss, { readonly kind: Kind }>;
