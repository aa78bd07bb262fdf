import type { PoolBackward, PoolForward } from '../../../ops/op.ts';
import { lengthsOf, type Run, validRows } from '../run.ts';
import type { Tensor } from '../tensor.ts';

export function poolForward(run: Run, op: PoolForward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const { columns } = op.input;
  const input = memory.read(op.input, timesteps * batch);
  switch (op.mode) {
    case 'last':
    case 'first':
      memory.write(op.output, batch, f.gatherRows(input, f.pool.ints([batch], pickedRows(run, op))));
      return;
    case 'mean': {
      const sum = f.sum(byTime(run, whereValid(run, op, input, 0), columns), [0]);
      memory.write(op.output, batch, f.multiply(sum, inverseLengths(run, op)));
      return;
    }
    case 'max': {
      const steps = byTime(run, whereValid(run, op, input, Number.NEGATIVE_INFINITY), columns);
      memory.write(op.output, batch, f.largest(steps, [0]));
      if (op.positions === null) return;
      const positions = f.positionOfLargest(steps, 0);
      memory.ints(op.positions).set(f.pool.device.readInts(positions.handle).subarray(0, batch * columns));
    }
  }
}

export function poolBackward(run: Run, op: PoolBackward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const { forward } = op;
  const { columns } = op.outputGradient;
  const gradient = memory.read(op.outputGradient, batch);
  const spread = (): Tensor => {
    switch (forward.mode) {
      case 'last':
      case 'first':
        return f.sumRowsByIndex(gradient, f.pool.ints([batch], pickedRows(run, forward)), timesteps * batch);
      case 'mean': {
        const share = f.reshape(f.multiply(gradient, inverseLengths(run, forward)), [1, batch, columns]);
        const steps = f.add(share, f.zeros([timesteps, 1, 1]));
        return whereValid(run, forward, f.reshape(steps, [timesteps * batch, columns]), 0);
      }
      case 'max': {
        const positions = forward.positions === null ? null : memory.ints(forward.positions);
        const mask = new Float32Array(timesteps * batch * columns);
        for (let index = 0; index < batch * columns; index++) {
          mask[(positions?.[index] ?? 0) * batch * columns + index] = 1;
        }
        const steps = f.pool.floats([timesteps, batch, columns], mask);
        return f.reshape(f.multiply(steps, gradient), [timesteps * batch, columns]);
      }
    }
  };
  memory.store(op.inputGradient, timesteps * batch, spread(), op.accumulateInput);
}

function byTime(run: Run, rows: Tensor, columns: number): Tensor {
  return run.operations.reshape(rows, [run.extent.timesteps, run.extent.batch, columns]);
}

function whereValid(run: Run, op: PoolForward, rows: Tensor, padding: number): Tensor {
  const valid = validRows(run, op.lengths);
  return valid === null ? rows : run.operations.select(valid, rows, run.operations.scalar(padding));
}

/** Row of each sample's last or first step. */
function pickedRows(run: Run, op: PoolForward): Int32Array {
  const { batch } = run.extent;
  return lengthsOf(run, op.lengths).map((length, sample) =>
    op.mode === 'last' ? (length - 1) * batch + sample : sample,
  );
}

/** [B,1] */
function inverseLengths(run: Run, op: PoolForward): Tensor {
  const lengths = lengthsOf(run, op.lengths);
  return run.operations.pool.floats(
    [lengths.length, 1],
    Float32Array.from(lengths, (length) => 1 / length),
  );
}
