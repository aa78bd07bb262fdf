import type { AttentionBackward, AttentionForward } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';
import { gemmScratch } from './blocks.ts';

export function encodeAttentionForward(op: AttentionForward, record: RecordWriter): void {
  record
    .matrix(op.input)
    .slot(op.kernel)
    .slot(op.bias)
    .slot(op.vector)
    .slot(op.lengths)
    .slot(op.projected)
    .slot(op.weights)
    .matrix(op.output)
    .workspace(record.threads * gemmScratch)
    .integer(op.size);
}

export function encodeAttentionBackward(op: AttentionBackward, record: RecordWriter): void {
  const { forward } = op;
  const rows = record.extent.timesteps * record.extent.batch;
  record
    .matrix(forward.input)
    .slot(forward.kernel)
    .slot(forward.vector)
    .slot(forward.lengths)
    .slot(forward.projected)
    .slot(forward.weights)
    .matrix(op.outputGradient)
    .matrix(op.inputGradient)
    .slot(op.kernelGradient)
    .slot(op.biasGradient)
    .slot(op.vectorGradient)
    .workspace(record.threads * gemmScratch)
    .workspace(rows)
    .workspace(rows * forward.size)
    .integer(forward.size)
    .flag(op.accumulateInput)
    .flag(op.accumulate);
}
