import type { Add, MovingAverage, Zero } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';

export function encodeAdd(op: Add, record: RecordWriter): void {
  record
    .matrix(op.input)
    .matrix(op.output)
    .flag(op.rows === 'sequence')
    .flag(op.accumulate);
}

export function encodeZero(op: Zero, record: RecordWriter): void {
  record.integer(op.slots.length);
  for (const slot of op.slots) record.slot(slot).integer(record.size(slot));
}

export function encodeMovingAverage(op: MovingAverage, record: RecordWriter): void {
  record
    .slot(op.parameter)
    .slot(op.average)
    .integer(record.size(op.parameter))
    .float(1 - op.decay);
}
