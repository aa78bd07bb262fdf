import type { Add, MovingAverage, Zero } from '../../../ops/op.ts';
import { resultCount } from '../../../plan/plan.ts';
import { type Run, rowCount } from '../run.ts';

export function add(run: Run, op: Add): void {
  const rows = rowCount(run, op.rows);
  run.memory.store(op.output, rows, run.memory.read(op.input, rows), op.accumulate);
}

/** @param results the plan's results slot, whose elements live one by one. */
export function zero(run: Run, op: Zero, results: number): void {
  const { memory, operations: f } = run;
  for (const slot of op.slots) {
    if (slot === results) {
      for (let index = 0; index < resultCount; index++) run.result(index, f.scalar(0), false);
    } else {
      memory.setFixed(slot, f.zeros([memory.size(slot)]));
    }
  }
}

export function movingAverage(run: Run, op: MovingAverage): void {
  const { memory, operations: f } = run;
  const shape = [memory.size(op.parameter)];
  const old = f.times(memory.fixed(op.average, shape), op.decay);
  memory.setFixed(op.average, f.add(old, f.times(memory.fixed(op.parameter, shape), 1 - op.decay)));
}
