import type { DenseBackward, DenseForward } from '../../ops/op.ts';
import { activate, activationDerivative } from './activation.ts';
import { type Run, rowCount, View } from './run.ts';
import { addAt, addOuterProduct, multiply, multiplyTransposed } from './vector.ts';

export function denseForward(run: Run, op: DenseForward): void {
  const input = new View(run, op.input);
  const output = new View(run, op.output);
  const width = output.columns;
  for (let row = 0; row < rowCount(run, op.rows); row++) {
    const sums = multiply(input.row(row), run.floats(op.kernel), width, 0, width);
    if (op.bias !== null) addAt(sums, 0, run.floats(op.bias).subarray(0, width));
    sums.forEach((sum, column) => {
      output.set(row, column, activate(op.activation, sum));
    });
    if (op.preactivation !== null) run.floats(op.preactivation).set(sums, row * width);
  }
}

export function denseBackward(run: Run, op: DenseBackward): void {
  const { forward } = op;
  const rows = rowCount(run, forward.rows);
  const input = new View(run, forward.input);
  const output = new View(run, forward.output);
  const outputGradient = new View(run, op.outputGradient);
  const inputGradient = op.inputGradient === null ? null : new View(run, op.inputGradient);
  const width = output.columns;
  if (!op.accumulate) {
    if (op.kernelGradient !== null) run.floats(op.kernelGradient).fill(0, 0, input.columns * width);
    if (op.biasGradient !== null) run.floats(op.biasGradient).fill(0, 0, width);
  }
  if (!op.accumulateInput) inputGradient?.clear(rows);

  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const preactivation =
        forward.preactivation === null
          ? Number.NaN
          : (run.floats(forward.preactivation)[row * width + column] as number);
      const slope = activationDerivative(forward.activation, output.get(row, column), preactivation);
      outputGradient.set(row, column, outputGradient.get(row, column) * slope);
    }
    const gradient = outputGradient.row(row);
    if (op.biasGradient !== null) addAt(run.floats(op.biasGradient), 0, gradient);
    if (op.kernelGradient !== null) {
      addOuterProduct(input.row(row), gradient, run.floats(op.kernelGradient), width, 0);
    }
    if (inputGradient !== null) {
      multiplyTransposed(gradient, run.floats(forward.kernel), width, 0, input.columns).forEach(
        (value, column) => {
          inputGradient.add(row, column, value);
        },
      );
    }
  }
}
