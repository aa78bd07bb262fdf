import type { AttentionBackward, AttentionForward } from '../../../ops/op.ts';
import { type Run, validRows } from '../run.ts';

/** score = tanh(h W + b) . v; weights = softmax over valid steps; output = weighted mean. */
export function attentionForward(run: Run, op: AttentionForward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const { columns } = op.input;
  const input = memory.read(op.input, rows);
  const sums = f.add(
    f.matrixProduct(input, memory.fixed(op.kernel, [columns, op.size])),
    memory.fixed(op.bias, [op.size]),
  );
  const projected = f.tanh(sums);
  const scores = f.matrixProduct(projected, memory.fixed(op.vector, [op.size, 1]));
  const valid = validRows(run, op.lengths);
  const counted = valid === null ? scores : f.select(valid, scores, f.scalar(Number.NEGATIVE_INFINITY));
  const steps = f.reshape(counted, [timesteps, batch]);
  const exponentials = f.exponential(f.subtract(steps, f.largest(steps, [0], true)));
  const weights = f.divide(exponentials, f.sum(exponentials, [0], true));
  const weighted = f.multiply(input, f.reshape(weights, [rows, 1]));
  const clean = valid === null ? weighted : f.select(valid, weighted, f.scalar(0));
  memory.write({ slot: op.projected, column: 0, columns: op.size, stride: op.size }, rows, projected);
  memory.write({ slot: op.weights, column: 0, columns: 1, stride: 1 }, rows, f.reshape(weights, [rows, 1]));
  memory.write(op.output, batch, f.sum(f.reshape(clean, [timesteps, batch, columns]), [0]));
}

export function attentionBackward(run: Run, op: AttentionBackward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const { forward } = op;
  const { size } = forward;
  const { columns } = forward.input;
  const valid = validRows(run, forward.lengths);
  const read = memory.read(forward.input, rows);
  const input = valid === null ? read : f.select(valid, read, f.scalar(0));
  const gradient = f.reshape(memory.read(op.outputGradient, batch), [1, batch, columns]);
  const weights = memory.read({ slot: forward.weights, column: 0, columns: 1, stride: 1 }, rows);
  const kept = memory.read({ slot: forward.projected, column: 0, columns: size, stride: size }, rows);
  const projected = valid === null ? kept : f.select(valid, kept, f.scalar(0));

  // Softmax: the gradient of a score is its weight times how much its value exceeds the weighted mean.
  const products = f.multiply(f.reshape(input, [timesteps, batch, columns]), gradient);
  const values = f.sum(products, [2]);
  const shares = f.reshape(weights, [timesteps, batch]);
  const average = f.sum(f.multiply(shares, values), [0], true);
  const scores = f.reshape(f.multiply(shares, f.subtract(values, average)), [rows, 1]);

  const vector = memory.fixed(forward.vector, [1, size]);
  const sums = f.multiply(f.multiply(scores, vector), f.complement(f.square(projected)));
  if (op.vectorGradient !== null) {
    memory.storeFixed(op.vectorGradient, f.sum(f.multiply(scores, projected), [0]), op.accumulate);
  }
  if (op.biasGradient !== null) memory.storeFixed(op.biasGradient, f.sum(sums, [0]), op.accumulate);
  if (op.kernelGradient !== null) {
    memory.storeFixed(op.kernelGradient, f.matrixProduct(input, sums, { a: true }), op.accumulate);
  }
  const kernel = memory.fixed(forward.kernel, [columns, size]);
  const direct = f.multiply(f.reshape(shares, [timesteps, batch, 1]), gradient);
  const total = f.add(f.matrixProduct(sums, kernel, { b: true }), f.reshape(direct, [rows, columns]));
  memory.store(op.inputGradient, rows, total, op.accumulateInput);
}
