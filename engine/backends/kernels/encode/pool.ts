import type { PoolBackward, PoolForward } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';

/** In the order of `Pool` in ops/pool.cc. */
const poolModes: readonly PoolForward['mode'][] = ['last', 'first', 'mean', 'max'];

export function encodePoolForward(op: PoolForward, record: RecordWriter): void {
  record
    .matrix(op.input)
    .matrix(op.output)
    .slot(op.lengths)
    .slot(op.positions)
    .integer(poolModes.indexOf(op.mode));
}

export function encodePoolBackward(op: PoolBackward, record: RecordWriter): void {
  record
    .matrix(op.outputGradient)
    .matrix(op.inputGradient)
    .slot(op.forward.lengths)
    .slot(op.forward.positions)
    .integer(poolModes.indexOf(op.forward.mode))
    .flag(op.accumulateInput);
}
