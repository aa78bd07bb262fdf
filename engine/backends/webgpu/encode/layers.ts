import { activations } from '../../../ops/activation.ts';
import type {
  DenseBackward,
  DenseForward,
  EmbeddingBackward,
  EmbeddingForward,
  PoolBackward,
  PoolForward,
} from '../../../ops/op.ts';
import {
  denseSlopeKernel,
  embeddingBackwardKernel,
  embeddingForwardKernel,
  poolBackwardKernel,
  poolForwardKernel,
} from '../kernels/layers.ts';
import type { ProgramWriter } from '../program.ts';
import { writeZeros } from './movement.ts';
import { writeColumnSums, writeColumns, writeProduct } from './product.ts';

export function encodeEmbeddingForward(writer: ProgramWriter, op: EmbeddingForward): void {
  const indices = writer.window(op.indices);
  const output = writer.window(op.output);
  writer.elementwise(
    embeddingForwardKernel,
    {},
    {
      count: writer.rows('sequence') * output.columns,
      columns: output.columns,
      indicesAt: indices.at,
      indicesStride: indices.stride,
      tableAt: writer.at(op.table),
      entries: op.entries,
      outputAt: output.at,
      outputStride: output.stride,
      zero: 0,
    },
  );
}

export function encodeEmbeddingBackward(writer: ProgramWriter, op: EmbeddingBackward): void {
  const indices = writer.window(op.indices);
  const gradient = writer.window(op.outputGradient);
  const tableAt = writer.at(op.tableGradient);
  if (!op.accumulate) writeZeros(writer, tableAt, op.entries * gradient.columns);
  const rows = writer.rows('sequence');
  writer.groupwise(
    embeddingBackwardKernel,
    { LENGTHS: op.lengths !== null },
    {
      rows,
      columns: gradient.columns,
      batch: writer.extent.batch,
      indicesAt: indices.at,
      indicesStride: indices.stride,
      lengthsAt: writer.atOrZero(op.lengths),
      entries: op.entries,
      gradientAt: gradient.at,
      gradientStride: gradient.stride,
      tableAt,
    },
    rows,
  );
}

export function encodeDenseForward(writer: ProgramWriter, op: DenseForward): void {
  const input = writer.window(op.input);
  const output = writer.window(op.output);
  writeProduct(writer, {
    a: input,
    b: { at: writer.at(op.kernel), stride: output.columns },
    c: output,
    m: writer.rows(op.rows),
    n: output.columns,
    k: input.columns,
    bias: op.bias === null ? null : writer.at(op.bias),
    activation: op.activation,
    preactivation: op.preactivation === null ? null : writer.at(op.preactivation),
  });
}

export function encodeDenseBackward(writer: ProgramWriter, op: DenseBackward): void {
  const { forward, accumulate } = op;
  const rows = writer.rows(forward.rows);
  const input = writer.window(forward.input);
  const output = writer.window(forward.output);
  const gradient = writer.window(op.outputGradient);
  const { columns } = output;
  if (forward.activation !== 'linear') {
    writer.elementwise(
      denseSlopeKernel,
      { ACTIVATION: activations.indexOf(forward.activation), PREACTIVATION: forward.preactivation !== null },
      {
        count: rows * columns,
        columns,
        gradientAt: gradient.at,
        gradientStride: gradient.stride,
        outputAt: output.at,
        outputStride: output.stride,
        preactivationAt: writer.atOrZero(forward.preactivation),
      },
    );
  }
  if (op.biasGradient !== null) {
    const sums = writeColumnSums(writer, { rows, source: gradient });
    writeColumns(writer, sums, { first: 0, columns, to: writer.at(op.biasGradient), accumulate });
  }
  if (op.kernelGradient !== null) {
    writeProduct(writer, {
      a: input,
      aTransposed: true,
      b: gradient,
      c: { at: writer.at(op.kernelGradient), stride: columns },
      m: input.columns,
      n: columns,
      k: rows,
      accumulate,
    });
  }
  if (op.inputGradient !== null) {
    writeProduct(writer, {
      a: gradient,
      b: { at: writer.at(forward.kernel), stride: columns },
      bTransposed: true,
      c: writer.window(op.inputGradient),
      m: rows,
      n: input.columns,
      k: columns,
      accumulate: op.accumulateInput,
    });
  }
}

/** In the order of the numbers in pool-forward.wgsl. */
const poolModes: readonly PoolForward['mode'][] = ['last', 'first', 'mean', 'max'];

export function encodePoolForward(writer: ProgramWriter, op: PoolForward): void {
  const { timesteps, batch } = writer.extent;
  const input = writer.window(op.input);
  const output = writer.window(op.output);
  writer.elementwise(
    poolForwardKernel,
    { MODE: poolModes.indexOf(op.mode), LENGTHS: op.lengths !== null, POSITIONS: op.positions !== null },
    {
      count: batch * input.columns,
      columns: input.columns,
      timesteps,
      batch,
      inputAt: input.at,
      inputStride: input.stride,
      outputAt: output.at,
      outputStride: output.stride,
      lengthsAt: writer.atOrZero(op.lengths),
      positionsAt: writer.atOrZero(op.positions),
    },
  );
}

export function encodePoolBackward(writer: ProgramWriter, op: PoolBackward): void {
  const { timesteps, batch } = writer.extent;
  const { mode, lengths, positions } = op.forward;
  const gradient = writer.window(op.outputGradient);
  const output = writer.window(op.inputGradient);
  writer.elementwise(
    poolBackwardKernel,
    {
      MODE: poolModes.indexOf(mode),
      LENGTHS: lengths !== null,
      POSITIONS: positions !== null,
      ACCUMULATE: op.accumulateInput,
    },
    {
      count: timesteps * batch * gradient.columns,
      columns: gradient.columns,
      timesteps,
      batch,
      gradientAt: gradient.at,
      gradientStride: gradient.stride,
      outputAt: output.at,
      outputStride: output.stride,
      lengthsAt: writer.atOrZero(lengths),
      positionsAt: writer.atOrZero(positions),
    },
  );
}
