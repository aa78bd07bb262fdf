import type { EmbeddingBackward, EmbeddingForward } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';

export function encodeEmbeddingForward(op: EmbeddingForward, record: RecordWriter): void {
  record.matrix(op.indices).slot(op.table).matrix(op.output).integer(op.entries);
}

export function encodeEmbeddingBackward(op: EmbeddingBackward, record: RecordWriter): void {
  record
    .matrix(op.indices)
    .slot(op.lengths)
    .matrix(op.outputGradient)
    .slot(op.tableGradient)
    .integer(op.entries)
    .flag(op.accumulate);
}
