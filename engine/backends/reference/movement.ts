import type { Add, MovingAverage, Zero } from '../../ops/op.ts';
import { type Run, rowCount, View } from './run.ts';

export function add(run: Run, op: Add): void {
  const input = new View(run, op.input);
  const output = new View(run, op.output);
  for (let row = 0; row < rowCount(run, op.rows); row++) {
    for (let column = 0; column < input.columns; column++) {
      if (op.accumulate) output.add(row, column, input.get(row, column));
      else output.set(row, column, input.get(row, column));
    }
  }
}

export function zero(run: Run, op: Zero): void {
  for (const slot of op.slots) run.floats(slot).fill(0);
}

export function movingAverage(run: Run, op: MovingAverage): void {
  const parameter = run.floats(op.parameter);
  const average = run.floats(op.average);
  parameter.forEach((value, index) => {
    average[index] = op.decay * (average[index] as number) + (1 - op.decay) * value;
  });
}
