import type { Matrix } from '../../ops/matrix.ts';
import type { EmbeddingBackward, EmbeddingForward } from '../../ops/op.ts';
import { addTo, lengthOf, type Run, View } from './run.ts';

export function embeddingForward(run: Run, op: EmbeddingForward): void {
  const output = new View(run, op.output);
  const table = run.floats(op.table);
  for (let row = 0; row < run.extent.timesteps * run.extent.batch; row++) {
    const entry = indexAt(run, op.indices, row);
    const known = entry >= 0 && entry < op.entries;
    for (let column = 0; column < output.columns; column++) {
      output.set(row, column, known ? (table[entry * output.columns + column] as number) : Number.NaN);
    }
  }
}

export function embeddingBackward(run: Run, op: EmbeddingBackward): void {
  const { timesteps, batch } = run.extent;
  const gradient = new View(run, op.outputGradient);
  const table = run.floats(op.tableGradient);
  if (!op.accumulate) table.fill(0, 0, op.entries * gradient.columns);
  for (let step = 0; step < timesteps; step++) {
    for (let sample = 0; sample < batch; sample++) {
      if (step >= lengthOf(run, op.lengths, sample)) continue;
      const row = step * batch + sample;
      const entry = indexAt(run, op.indices, row);
      if (entry < 0 || entry >= op.entries) continue;
      for (let column = 0; column < gradient.columns; column++) {
        addTo(table, entry * gradient.columns + column, gradient.get(row, column));
      }
    }
  }
}

function indexAt(run: Run, indices: Matrix, row: number): number {
  return run.ints(indices.slot)[row * indices.stride + indices.column] as number;
}
