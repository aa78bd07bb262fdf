import type { AttentionBackward, AttentionForward } from '../../../ops/op.ts';
import {
  attentionDirectKernel,
  attentionForwardKernel,
  attentionScoresKernel,
  attentionSumsKernel,
} from '../kernels/attention.ts';
import type { ProgramWriter } from '../program.ts';
import { writeColumnSums, writeColumns, writeProduct } from './product.ts';

export function encodeAttentionForward(writer: ProgramWriter, op: AttentionForward): void {
  const { timesteps, batch } = writer.extent;
  const input = writer.window(op.input);
  const output = writer.window(op.output);
  const projectedAt = writer.at(op.projected);
  writeProduct(writer, {
    a: input,
    b: { at: writer.at(op.kernel), stride: op.size },
    c: { at: projectedAt, stride: op.size },
    m: timesteps * batch,
    n: op.size,
    k: input.columns,
    bias: writer.at(op.bias),
    activation: 'tanh',
  });
  writer.groupwise(
    attentionForwardKernel,
    { LENGTHS: op.lengths !== null },
    {
      timesteps,
      batch,
      columns: input.columns,
      size: op.size,
      inputAt: input.at,
      inputStride: input.stride,
      vectorAt: writer.at(op.vector),
      lengthsAt: writer.atOrZero(op.lengths),
      projectedAt,
      weightsAt: writer.at(op.weights),
      outputAt: output.at,
      outputStride: output.stride,
    },
    batch,
  );
}

export function encodeAttentionBackward(writer: ProgramWriter, op: AttentionBackward): void {
  const { forward, accumulate } = op;
  const { size } = forward;
  const { timesteps, batch } = writer.extent;
  const rows = timesteps * batch;
  const input = writer.window(forward.input);
  const gradient = writer.window(op.outputGradient);
  const inputGradient = writer.window(op.inputGradient);
  const lengths = forward.lengths === null ? null : writer.at(forward.lengths);
  const masked = { LENGTHS: lengths !== null };
  const lengthsAt = lengths ?? 0;
  const scoresAt = writer.workspace(rows);
  const sumsAt = writer.workspace(rows * size);
  const queriesAt = writer.workspace(rows * size);
  const weightsAt = writer.at(forward.weights);
  const vectorAt = writer.at(forward.vector);
  const { columns } = input;
  const gradientPlace = { gradientAt: gradient.at, gradientStride: gradient.stride };
  writer.groupwise(
    attentionScoresKernel,
    masked,
    {
      timesteps,
      batch,
      columns,
      inputAt: input.at,
      inputStride: input.stride,
      lengthsAt,
      weightsAt,
      ...gradientPlace,
      scoresAt,
    },
    batch,
  );
  const projectedAt = writer.at(forward.projected);
  writer.elementwise(attentionSumsKernel, masked, {
    count: rows * size,
    batch,
    size,
    lengthsAt,
    scoresAt,
    projectedAt,
    vectorAt,
    sumsAt,
    queriesAt,
  });
  const sums = { at: sumsAt, stride: size, columns: size };
  if (op.vectorGradient !== null) {
    const summed = writeColumnSums(writer, { rows, source: { ...sums, at: queriesAt } });
    writeColumns(writer, summed, { first: 0, columns: size, to: writer.at(op.vectorGradient), accumulate });
  }
  if (op.biasGradient !== null) {
    const summed = writeColumnSums(writer, { rows, source: sums });
    writeColumns(writer, summed, { first: 0, columns: size, to: writer.at(op.biasGradient), accumulate });
  }
  if (op.kernelGradient !== null) {
    writeProduct(writer, {
      a: input,
      aTransposed: true,
      b: sums,
      c: { at: writer.at(op.kernelGradient), stride: size },
      m: columns,
      n: size,
      k: rows,
      accumulate,
      lengths,
    });
  }
  writer.elementwise(
    attentionDirectKernel,
    { ACCUMULATE: op.accumulateInput },
    {
      count: rows * columns,
      batch,
      columns,
      weightsAt,
      ...gradientPlace,
      outputAt: inputGradient.at,
      outputStride: inputGradient.stride,
    },
  );
  writeProduct(writer, {
    a: sums,
    b: { at: writer.at(forward.kernel), stride: size },
    bTransposed: true,
    c: inputGradient,
    m: rows,
    n: columns,
    k: size,
    accumulate: true,
  });
}
