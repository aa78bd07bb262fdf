import type { PoolBackward, PoolForward } from '../../ops/op.ts';
import { lengthOf, type Run, View } from './run.ts';

export function poolForward(run: Run, op: PoolForward): void {
  const { batch } = run.extent;
  const input = new View(run, op.input);
  const output = new View(run, op.output);
  for (let sample = 0; sample < batch; sample++) {
    const length = lengthOf(run, op.lengths, sample);
    for (let column = 0; column < input.columns; column++) {
      const values = Array.from({ length }, (_, step) => input.get(step * batch + sample, column));
      const { value, position } = pool(op.mode, values);
      output.set(sample, column, value);
      if (op.positions !== null) run.ints(op.positions)[sample * input.columns + column] = position;
    }
  }
}

/** The pooled value of the valid steps of one column, and the step it was taken from (0 for the mean). */
function pool(mode: PoolForward['mode'], values: readonly number[]): { value: number; position: number } {
  const position = mode === 'last' ? values.length - 1 : mode === 'max' ? positionOfMaximum(values) : 0;
  if (mode !== 'mean') return { value: values[position] as number, position };
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length, position };
}

function positionOfMaximum(values: readonly number[]): number {
  let best = 0;
  values.forEach((value, step) => {
    if (value > (values[best] as number)) best = step;
  });
  return best;
}

export function poolBackward(run: Run, op: PoolBackward): void {
  const { timesteps, batch } = run.extent;
  const { mode, positions, lengths } = op.forward;
  const outputGradient = new View(run, op.outputGradient);
  const inputGradient = new View(run, op.inputGradient);
  if (!op.accumulateInput) inputGradient.clear(timesteps * batch);
  for (let sample = 0; sample < batch; sample++) {
    const length = lengthOf(run, lengths, sample);
    for (let column = 0; column < outputGradient.columns; column++) {
      const gradient = outputGradient.get(sample, column);
      const give = (step: number, value: number): void =>
        inputGradient.add(step * batch + sample, column, value);
      if (mode === 'last') give(length - 1, gradient);
      if (mode === 'first') give(0, gradient);
      if (mode === 'mean') for (let step = 0; step < length; step++) give(step, gradient / length);
      if (mode === 'max' && positions !== null) {
        give(run.ints(positions)[sample * outputGradient.columns + column] as number, gradient);
      }
    }
  }
}
