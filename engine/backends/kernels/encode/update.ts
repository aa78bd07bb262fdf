import type { ClipGradients, Constrain, Regularize } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';
import { blockElements, partialSums } from './blocks.ts';

/** In the order of `Clip` and `Constraint` in ops/update.cc. */
const clipModes: readonly ClipGradients['mode'][] = ['none', 'value', 'tensorNorm', 'globalNorm'];
const constraints: readonly Constrain['constraint'][] = ['maxNorm', 'unitNorm', 'nonNegative'];

export function encodeRegularize(op: Regularize, record: RecordWriter): void {
  const count = record.size(op.parameter);
  record
    .slot(op.parameter)
    .slot(op.gradient)
    .slot(record.plan.results)
    .workspace(partialSums(count, blockElements))
    .integer(count)
    .float(op.l1)
    .float(op.l2)
    .flag(op.first);
}

export function encodeClipGradients(op: ClipGradients, record: RecordWriter): void {
  const sizes = op.gradients.map((slot) => record.size(slot));
  const sums = sizes.reduce((total, size) => total + partialSums(size, blockElements), 0);
  record
    .slot(record.plan.results)
    .workspace(2 * sums)
    .integer(clipModes.indexOf(op.mode))
    .float(op.threshold)
    .integer(op.gradients.length);
  op.gradients.forEach((slot, index) => {
    record.slot(slot).integer(sizes[index] as number);
  });
}

export function encodeConstrain(op: Constrain, record: RecordWriter): void {
  record
    .slot(op.parameter)
    .integer(op.rows)
    .integer(op.columns)
    .integer(constraints.indexOf(op.constraint))
    .float(op.limit);
}
