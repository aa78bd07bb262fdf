import { bytesOf, HiddenFile } from './hidden-file.ts';

/** Columns of a table that is too large for memory: in a file, a few of them in memory at a time. */
export class SpilledColumns {
  readonly #file: HiddenFile;
  readonly #rows: number;
  readonly #held: number;
  /** Columns in memory, the one used last at the end. */
  readonly #recent = new Map<number, Float64Array>();

  /** @param held columns kept in memory at a time. */
  constructor(folder: string, rows: number, held: number) {
    this.#file = new HiddenFile(folder);
    this.#rows = rows;
    this.#held = Math.max(1, held);
  }

  /** Values of a column from row `start` on. */
  write(column: number, start: number, values: Float64Array): void {
    this.#file.write(bytesOf(values), (column * this.#rows + start) * 8);
  }

  /** [rows] */
  read(column: number): Float64Array {
    const known = this.#recent.get(column);
    if (known !== undefined) return known;
    const values = new Float64Array(this.#rows);
    this.#file.read(bytesOf(values), column * this.#rows * 8);
    if (this.#recent.size >= this.#held) {
      const [oldest] = this.#recent.keys();
      if (oldest !== undefined) this.#recent.delete(oldest);
    }
    this.#recent.set(column, values);
    return values;
  }
}
