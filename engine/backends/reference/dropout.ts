import { RandomStream } from '../../base/rng.ts';
import type { Dropout, RandomMask } from '../../ops/op.ts';
import { type Run, rowCount, View } from './run.ts';

export function dropout(run: Run, op: Dropout): void {
  const input = new View(run, op.input);
  const output = new View(run, op.output);
  const rows = rowCount(run, op.rows);
  const columns = input.columns;
  const maskRows = op.sharedOverTime ? run.extent.batch : rows;
  const mask = uniforms(run, op.stream, maskRows * columns).map((value) => dropoutFactor(value, op.rate));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const maskRow = row % maskRows; // rows are time-major, so the remainder is the sample
      const value = input.get(row, column) * (mask[maskRow * columns + column] as number);
      if (op.accumulate) output.add(row, column, value);
      else output.set(row, column, value);
    }
  }
}

export function randomMask(run: Run, op: RandomMask): void {
  const mask = uniforms(run, op.stream, rowCount(run, op.rows) * op.columns).map((value) =>
    op.use === 'zoneout' ? Number(value < op.rate) : dropoutFactor(value, op.rate),
  );
  run.floats(op.mask).set(mask);
}

function dropoutFactor(uniform: number, rate: number): number {
  return uniform >= rate ? 1 / (1 - rate) : 0;
}

/** The first `count` elements of a stream at the run's seed and step. */
function uniforms(run: Run, stream: number, count: number): Float64Array {
  const [seedLow, seedHigh, stepLow, stepHigh] = Array.from(run.random, (word) => word >>> 0);
  const joined = (low = 0, high = 0): number => high * 0x100000000 + low;
  const random = new RandomStream(joined(seedLow, seedHigh), stream, joined(stepLow, stepHigh));
  return Float64Array.from({ length: count }, () => random.nextFloat());
}
