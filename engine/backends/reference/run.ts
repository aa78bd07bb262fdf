import type { Matrix, Rows, SlotId } from '../../ops/matrix.ts';
import type { Extent } from '../../plan/plan.ts';

/** What an op sees while a program runs: the memory of the plan and the extent of this run. */
export interface Run {
  readonly extent: Extent;
  floats(slot: SlotId): Float64Array;
  ints(slot: SlotId): Int32Array;
  /** [scalarCount] */
  readonly scalars: Float64Array;
  /** [resultCount] */
  readonly results: Float64Array;
  /** [seedLow, seedHigh, stepLow, stepHigh] */
  readonly random: Int32Array;
}

/** Rows of a matrix in this run: T*B or B. */
export function rowCount(run: Run, rows: Rows): number {
  return rows === 'sequence' ? run.extent.timesteps * run.extent.batch : run.extent.batch;
}

/** The valid timesteps of a sample: its length, or all of them. */
export function lengthOf(run: Run, lengths: SlotId | null, sample: number): number {
  return lengths === null ? run.extent.timesteps : (run.ints(lengths)[sample] as number);
}

/** A window of columns resolved to memory. */
export class View {
  readonly columns: number;
  readonly #array: Float64Array;
  readonly #column: number;
  readonly #stride: number;

  constructor(run: Run, matrix: Matrix) {
    this.columns = matrix.columns;
    this.#array = run.floats(matrix.slot);
    this.#column = matrix.column;
    this.#stride = matrix.stride;
  }

  get(row: number, column: number): number {
    return this.#array[row * this.#stride + this.#column + column] as number;
  }

  set(row: number, column: number, value: number): void {
    this.#array[row * this.#stride + this.#column + column] = value;
  }

  add(row: number, column: number, value: number): void {
    this.set(row, column, this.get(row, column) + value);
  }

  /** A copy of one row, [columns]. */
  row(row: number): Float64Array {
    return Float64Array.from({ length: this.columns }, (_, column) => this.get(row, column));
  }

  /** Writes 0 into the first `rows` rows of the window. */
  clear(rows: number): void {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < this.columns; column++) this.set(row, column, 0);
    }
  }
}

/** array[index] += value. */
export function addTo(array: Float64Array, index: number, value: number): void {
  array[index] = (array[index] as number) + value;
}
