import type { DenseBackward, DenseForward } from '../../../ops/op.ts';
import { type Run, rowCount } from '../run.ts';
import { activate, activationDerivative } from './activation.ts';

export function denseForward(run: Run, op: DenseForward): void {
  const { memory, operations: f } = run;
  const rows = rowCount(run, op.rows);
  const kernel = memory.fixed(op.kernel, [op.input.columns, op.output.columns]);
  const product = f.matrixProduct(memory.read(op.input, rows), kernel);
  const sums = op.bias === null ? product : f.add(product, memory.fixed(op.bias, [op.output.columns]));
  if (op.preactivation !== null) {
    memory.write(
      { slot: op.preactivation, column: 0, columns: op.output.columns, stride: op.output.columns },
      rows,
      sums,
    );
  }
  memory.write(op.output, rows, activate(f, op.activation, sums));
}

export function denseBackward(run: Run, op: DenseBackward): void {
  const { memory, operations: f } = run;
  const { forward } = op;
  const rows = rowCount(run, forward.rows);
  const width = forward.output.columns;
  const output = memory.read(forward.output, rows);
  const preactivation =
    forward.preactivation === null
      ? output
      : memory.read({ slot: forward.preactivation, column: 0, columns: width, stride: width }, rows);
  const slope = activationDerivative(f, forward.activation, output, preactivation);
  const gradient = f.multiply(memory.read(op.outputGradient, rows), slope);
  memory.write(op.outputGradient, rows, gradient);
  const input = memory.read(forward.input, rows);
  if (op.biasGradient !== null) memory.storeFixed(op.biasGradient, f.sum(gradient, [0]), op.accumulate);
  if (op.kernelGradient !== null) {
    memory.storeFixed(op.kernelGradient, f.matrixProduct(input, gradient, { a: true }), op.accumulate);
  }
  if (op.inputGradient !== null) {
    const kernel = memory.fixed(forward.kernel, [forward.input.columns, width]);
    memory.store(op.inputGradient, rows, f.matrixProduct(gradient, kernel, { b: true }), op.accumulateInput);
  }
}
