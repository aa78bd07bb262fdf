import type { Matrix } from '../../../ops/matrix.ts';
import type { EmbeddingBackward, EmbeddingForward } from '../../../ops/op.ts';
import { lengthsOf, type Run } from '../run.ts';

/** One row more than the table has, of NaN, stands for indices outside it. */
export function embeddingForward(run: Run, op: EmbeddingForward): void {
  const { memory, operations: f } = run;
  const rows = run.extent.timesteps * run.extent.batch;
  const width = op.output.columns;
  const table = f.concatenate(
    [memory.fixed(op.table, [op.entries, width]), f.fill([1, width], Number.NaN)],
    0,
  );
  const indices = indicesOf(run, op.indices, (index) =>
    index >= 0 && index < op.entries ? index : op.entries,
  );
  memory.write(op.output, rows, f.gatherRows(table, f.pool.ints([rows], indices)));
}

export function embeddingBackward(run: Run, op: EmbeddingBackward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const lengths = lengthsOf(run, op.lengths);
  const indices = indicesOf(run, op.indices, (index, row) =>
    index < op.entries && Math.floor(row / batch) < (lengths[row % batch] as number) ? index : -1,
  );
  const gradient = memory.read(op.outputGradient, rows);
  memory.storeFixed(
    op.tableGradient,
    f.sumRowsByIndex(gradient, f.pool.ints([rows], indices), op.entries),
    op.accumulate,
  );
}

function indicesOf(run: Run, matrix: Matrix, change: (index: number, row: number) => number): Int32Array {
  const values = run.memory.ints(matrix.slot);
  return Int32Array.from({ length: run.extent.timesteps * run.extent.batch }, (_, row) =>
    change(values[row * matrix.stride + matrix.column] as number, row),
  );
}
