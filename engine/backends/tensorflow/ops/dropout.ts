import { RandomStream } from '../../../base/rng.ts';
import type { Dropout, RandomMask } from '../../../ops/op.ts';
import { type Run, rowCount } from '../run.ts';

export function dropout(run: Run, op: Dropout): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = rowCount(run, op.rows);
  const { columns } = op.input;
  const input = memory.read(op.input, rows);
  const maskRows = op.sharedOverTime ? batch : rows;
  const mask = f.pool.floats([maskRows, columns], dropoutMask(run, op.stream, maskRows * columns, op.rate));
  // Rows are time-major, so a mask shared over time repeats every `batch` rows.
  const shared = op.sharedOverTime && op.rows === 'sequence';
  const value = shared
    ? f.reshape(f.multiply(f.reshape(input, [timesteps, batch, columns]), mask), [rows, columns])
    : f.multiply(input, mask);
  memory.store(op.output, rows, value, op.accumulate);
}

export function randomMask(run: Run, op: RandomMask): void {
  const { memory, operations: f } = run;
  const rows = rowCount(run, op.rows);
  const count = rows * op.columns;
  const mask =
    op.use === 'dropout'
      ? dropoutMask(run, op.stream, count, op.rate)
      : uniforms(run, op.stream, count, (value) => Number(value < op.rate));
  memory.write(
    { slot: op.mask, column: 0, columns: op.columns, stride: op.columns },
    rows,
    f.pool.floats([rows, op.columns], mask),
  );
}

function dropoutMask(run: Run, stream: number, count: number, rate: number): Float32Array {
  return uniforms(run, stream, count, (value) => (value >= rate ? 1 / (1 - rate) : 0));
}

/** The numbers of the counter-based stream, made on the host so that they are the same on every backend. */
function uniforms(run: Run, stream: number, count: number, change: (value: number) => number): Float32Array {
  const [seedLow = 0, seedHigh = 0, stepLow = 0, stepHigh = 0] = Array.from(run.random, (word) => word >>> 0);
  const joined = (low: number, high: number): number => high * 0x100000000 + low;
  const random = new RandomStream(joined(seedLow, seedHigh), stream, joined(stepLow, stepHigh));
  return Float32Array.from({ length: count }, () => change(random.nextFloat()));
}
