import type { Add, Dropout, MovingAverage, RandomMask, Zero } from '../../../ops/op.ts';
import {
  addKernel,
  dropoutKernel,
  fillKernel,
  movingAverageKernel,
  randomMaskKernel,
} from '../kernels/movement.ts';
import type { ProgramWriter, Window } from '../program.ts';

export function encodeAdd(writer: ProgramWriter, op: Add): void {
  writeCopy(writer, writer.window(op.input), writer.window(op.output), writer.rows(op.rows), op.accumulate);
}

/** Copies, or adds, a window of columns. */
export function writeCopy(
  writer: ProgramWriter,
  input: Window,
  output: Pick<Window, 'at' | 'stride'>,
  rows: number,
  accumulate: boolean,
): void {
  writer.elementwise(
    addKernel,
    { ACCUMULATE: accumulate },
    {
      count: rows * input.columns,
      columns: input.columns,
      inputAt: input.at,
      inputStride: input.stride,
      outputAt: output.at,
      outputStride: output.stride,
    },
  );
}

export function encodeZero(writer: ProgramWriter, op: Zero): void {
  for (const slot of op.slots) writeZeros(writer, writer.at(slot), writer.size(slot));
}

export function writeZeros(writer: ProgramWriter, at: number, count: number): void {
  writer.elementwise(fillKernel, {}, { count, columns: count, at, stride: 0 });
}

/** uniform < rate is decided on the 24 bits of the uniform number. */
function thresholdOf(rate: number): number {
  return Math.ceil(rate * 2 ** 24);
}

export function encodeDropout(writer: ProgramWriter, op: Dropout): void {
  const input = writer.window(op.input);
  const output = writer.window(op.output);
  const rows = writer.rows(op.rows);
  writer.elementwise(
    dropoutKernel,
    { ACCUMULATE: op.accumulate },
    {
      count: rows * input.columns,
      columns: input.columns,
      inputAt: input.at,
      inputStride: input.stride,
      outputAt: output.at,
      outputStride: output.stride,
      maskRows: op.sharedOverTime ? writer.extent.batch : rows,
      stream: op.stream,
      randomAt: writer.at(writer.plan.random),
      threshold: thresholdOf(op.rate),
      below: 0,
      above: 1 / (1 - op.rate),
    },
  );
}

export function encodeRandomMask(writer: ProgramWriter, op: RandomMask): void {
  const zoneout = op.use === 'zoneout';
  writer.elementwise(
    randomMaskKernel,
    {},
    {
      count: writer.rows(op.rows) * op.columns,
      maskAt: writer.at(op.mask),
      stream: op.stream,
      randomAt: writer.at(writer.plan.random),
      threshold: thresholdOf(op.rate),
      below: zoneout ? 1 : 0,
      above: zoneout ? 0 : 1 / (1 - op.rate),
    },
  );
}

export function encodeMovingAverage(writer: ProgramWriter, op: MovingAverage): void {
  writer.elementwise(
    movingAverageKernel,
    {},
    {
      count: writer.size(op.parameter),
      parameterAt: writer.at(op.parameter),
      averageAt: writer.at(op.average),
      decay: op.decay,
      rest: 1 - op.decay,
    },
  );
}
