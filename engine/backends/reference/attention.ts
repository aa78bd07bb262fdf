import type { AttentionBackward, AttentionForward } from '../../ops/op.ts';
import { lengthOf, type Run, View } from './run.ts';
import { addAt, addOuterProduct, multiply, multiplyTransposed } from './vector.ts';

export function attentionForward(run: Run, op: AttentionForward): void {
  const { timesteps, batch } = run.extent;
  const input = new View(run, op.input);
  const output = new View(run, op.output);
  const kernel = run.floats(op.kernel);
  const bias = run.floats(op.bias).subarray(0, op.size);
  const vector = run.floats(op.vector).subarray(0, op.size);
  const projected = run.floats(op.projected);
  const weights = run.floats(op.weights);

  for (let sample = 0; sample < batch; sample++) {
    const length = lengthOf(run, op.lengths, sample);
    const scores: number[] = [];
    for (let step = 0; step < length; step++) {
      const row = step * batch + sample;
      const sums = multiply(input.row(row), kernel, op.size, 0, op.size);
      addAt(sums, 0, bias);
      const values = sums.map(Math.tanh);
      projected.set(values, row * op.size);
      scores.push(dot(values, vector));
    }
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    for (let step = 0; step < timesteps; step++) {
      weights[step * batch + sample] = step < length ? (exponentials[step] as number) / total : 0;
    }
    for (let column = 0; column < input.columns; column++) {
      let sum = 0;
      for (let step = 0; step < length; step++) {
        sum += (weights[step * batch + sample] as number) * input.get(step * batch + sample, column);
      }
      output.set(sample, column, sum);
    }
  }
}

export function attentionBackward(run: Run, op: AttentionBackward): void {
  const { timesteps, batch } = run.extent;
  const { forward } = op;
  const { size } = forward;
  const input = new View(run, forward.input);
  const outputGradient = new View(run, op.outputGradient);
  const inputGradient = new View(run, op.inputGradient);
  const vector = run.floats(forward.vector).subarray(0, size);
  const weights = run.floats(forward.weights);
  if (!op.accumulateInput) inputGradient.clear(timesteps * batch);
  if (!op.accumulate) {
    if (op.kernelGradient !== null) run.floats(op.kernelGradient).fill(0, 0, input.columns * size);
    if (op.biasGradient !== null) run.floats(op.biasGradient).fill(0, 0, size);
    if (op.vectorGradient !== null) run.floats(op.vectorGradient).fill(0, 0, size);
  }

  for (let sample = 0; sample < batch; sample++) {
    const length = lengthOf(run, forward.lengths, sample);
    const gradient = outputGradient.row(sample);
    const rows = Array.from({ length }, (_, step) => step * batch + sample);
    const weightGradients = rows.map((row) => dot(gradient, input.row(row)));
    const average = rows.reduce(
      (sum, row, step) => sum + (weights[row] as number) * (weightGradients[step] as number),
      0,
    );
    rows.forEach((row, step) => {
      const weight = weights[row] as number;
      const scoreGradient = weight * ((weightGradients[step] as number) - average);
      const projected = run.floats(forward.projected).subarray(row * size, (row + 1) * size);
      const sums = projected.map(
        (value, unit) => scoreGradient * (vector[unit] as number) * (1 - value * value),
      );
      if (op.vectorGradient !== null) {
        addAt(
          run.floats(op.vectorGradient),
          0,
          projected.map((value) => scoreGradient * value),
        );
      }
      if (op.biasGradient !== null) addAt(run.floats(op.biasGradient), 0, sums);
      if (op.kernelGradient !== null) {
        addOuterProduct(input.row(row), sums, run.floats(op.kernelGradient), size, 0);
      }
      const throughScore = multiplyTransposed(sums, run.floats(forward.kernel), size, 0, input.columns);
      for (let column = 0; column < input.columns; column++) {
        const direct = weight * (gradient[column] as number);
        inputGradient.add(row, column, direct + (throughScore[column] as number));
      }
    });
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
