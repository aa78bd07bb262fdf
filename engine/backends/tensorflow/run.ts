import type { Rows, SlotId } from '../../ops/matrix.ts';
import type { Extent } from '../../plan/plan.ts';
import { rowsAt, type SlotMemory } from './memory.ts';
import type { Operations } from './operations.ts';
import type { Tensor } from './tensor.ts';

/** What an op sees while a program runs. */
export interface Run {
  readonly extent: Extent;
  readonly memory: SlotMemory;
  readonly operations: Operations;
  /** [scalarCount] on the host. */
  readonly scalars: Float32Array;
  /** [seedLow, seedHigh, stepLow, stepHigh] */
  readonly random: Int32Array;
  /** Sets one element of the results, or adds to it; it stays on the device until the training loop asks. */
  result(index: number, value: Tensor, accumulate: boolean): void;
  /** What a forward op keeps for its backward op beside the slots; found again by the slot of its gates. */
  readonly reserved: Map<SlotId, Tensor>;
  /** Whether cuDNN's fused recurrent kernels can be used. */
  readonly cudnn: boolean;
}

export function rowCount(run: Run, rows: Rows): number {
  return rowsAt(run.extent, rows);
}

/** [B] lengths on the host; all T where the plan has none. */
export function lengthsOf(run: Run, slot: SlotId | null): Int32Array {
  const { timesteps, batch } = run.extent;
  if (slot === null) return new Int32Array(batch).fill(timesteps);
  return run.memory.ints(slot).slice(0, batch);
}

/** Bool [T*B,1], true at valid steps; null where every step is. */
export function validRows(run: Run, slot: SlotId | null): Tensor | null {
  const { timesteps, batch } = run.extent;
  const lengths = lengthsOf(run, slot);
  if (lengths.every((length) => length >= timesteps)) return null;
  const valid = new Float32Array(timesteps * batch);
  for (let step = 0; step < timesteps; step++) {
    for (let sample = 0; sample < batch; sample++) {
      valid[step * batch + sample] = step < (lengths[sample] as number) ? 1 : 0;
    }
  }
  const { operations } = run;
  return operations.greater(operations.pool.floats([timesteps * batch, 1], valid), operations.scalar(0.5));
}
