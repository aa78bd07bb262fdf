import type { Dropout, RandomMask } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';

/**
 * What ops/dropout.cc reads as its rule: the random slot, the stream, the threshold and the factors below and above it.
 * uniform < rate is decided on the 24 bits of the uniform number, so that it is exact for every rate.
 */
function encodeRule(op: Dropout | RandomMask, below: number, above: number, record: RecordWriter): void {
  const threshold = Math.ceil(op.rate * 2 ** 24);
  record.slot(record.plan.random).integer(op.stream).integer(threshold).float(below).float(above);
}

export function encodeDropout(op: Dropout, record: RecordWriter): void {
  encodeRule(op, 0, 1 / (1 - op.rate), record);
  record
    .matrix(op.input)
    .matrix(op.output)
    .flag(op.rows === 'sequence')
    .flag(op.sharedOverTime)
    .flag(op.accumulate);
}

export function encodeRandomMask(op: RandomMask, record: RecordWriter): void {
  if (op.use === 'zoneout') encodeRule(op, 1, 0, record);
  else encodeRule(op, 0, 1 / (1 - op.rate), record);
  record
    .slot(op.mask)
    .integer(op.columns)
    .flag(op.rows === 'sequence');
}
