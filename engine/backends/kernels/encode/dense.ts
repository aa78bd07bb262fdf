import { activations } from '../../../ops/activation.ts';
import type { DenseBackward, DenseForward } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';
import { gemmScratch } from './blocks.ts';

export function encodeDenseForward(op: DenseForward, record: RecordWriter): void {
  record
    .matrix(op.input)
    .slot(op.kernel)
    .slot(op.bias)
    .matrix(op.output)
    .slot(op.preactivation)
    .workspace(record.threads * gemmScratch)
    .flag(op.rows === 'sequence')
    .integer(activations.indexOf(op.activation));
}

export function encodeDenseBackward(op: DenseBackward, record: RecordWriter): void {
  const { forward } = op;
  record
    .matrix(forward.input)
    .slot(forward.kernel)
    .matrix(forward.output)
    .slot(forward.preactivation)
    .matrix(op.outputGradient)
    .matrix(op.inputGradient)
    .slot(op.kernelGradient)
    .slot(op.biasGradient)
    .workspace(record.threads * gemmScratch)
    .flag(forward.rows === 'sequence')
    .integer(activations.indexOf(forward.activation))
    .flag(op.accumulateInput)
    .flag(op.accumulate);
}
