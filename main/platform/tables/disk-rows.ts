import {
  type CreateRows,
  createRowsIn,
  type EncodedRows,
  memoryRows,
  type RowsBuilder,
} from '../../../engine/data/encoded-rows.ts';
import { bytesOf, HiddenFile, type HiddenFileHandle, readHidden } from './hidden-file.ts';

/** Encoded rows of up to so many bytes stay in memory. */
const memoryBytes = 256 * 2 ** 20;

/** Rows are turned from columns to rows in blocks of about this size. */
const blockBytes = 8 * 2 ** 20;

/**
 * Encoded rows in memory while they are few, else in a file of the folder that is read window by window. The operating
 * system keeps what it can of the file in its own cache.
 * @param limit bytes from which on rows go to the file.
 */
export function createSpillingRows(folder: string, limit = memoryBytes): CreateRows {
  return (count, width) =>
    count * width * 4 <= limit ? createSharedRows(count, width) : createDiskRows(folder, count, width);
}

/** Memory that all threads of the process see. */
const createSharedRows = createRowsIn((length) => new Float32Array(new SharedArrayBuffer(length * 4)));

function createDiskRows(folder: string, count: number, width: number): RowsBuilder {
  const columns = new HiddenFile(folder);
  const place = (column: number, row: number) => (column * count + row) * 4;
  const setColumn = (column: number, cells: Float32Array | Float64Array) => {
    const values = cells instanceof Float32Array ? cells : Float32Array.from(cells);
    columns.write(bytesOf(values), place(column, 0));
  };
  return {
    setColumn,
    setOneHot: (first, categories, codes) => {
      const values = new Float32Array(count);
      for (let category = 0; category < categories; category++) {
        for (let row = 0; row < count; row++) values[row] = codes[row] === category ? 1 : 0;
        setColumn(first + category, values);
      }
    },
    finish: () => {
      const rows = new HiddenFile(folder);
      const height = Math.max(1, Math.floor(blockBytes / (width * 4)));
      const block = new Float32Array(height * width);
      const column = new Float32Array(height);
      for (let start = 0; start < count; start += height) {
        const many = Math.min(height, count - start);
        for (let c = 0; c < width; c++) {
          const cells = column.subarray(0, many);
          columns.read(bytesOf(cells), place(c, start));
          for (let row = 0, at = c; row < many; row++, at += width) block[at] = cells[row] as number;
        }
        rows.write(bytesOf(block.subarray(0, many * width)), start * width * 4);
      }
      return new DiskRows(rows.handle, count, width);
    },
  };
}

/** What another thread reads encoded rows by, for as long as this one holds them. */
export interface RowsHandle {
  readonly count: number;
  readonly width: number;
  /** All rows, or the file that they lie in. */
  readonly place: Float32Array | HiddenFileHandle;
}

class DiskRows implements EncodedRows {
  readonly count: number;
  readonly width: number;
  /** Held here where the file is, so that it stays open; another thread has a copy. */
  readonly place: HiddenFileHandle;
  #window = new Float32Array(0);

  constructor(place: HiddenFileHandle, count: number, width: number) {
    this.place = place;
    this.count = count;
    this.width = width;
  }

  slice(start: number, count: number): Float32Array {
    const length = count * this.width;
    if (this.#window.length < length) this.#window = new Float32Array(length);
    const values = this.#window.subarray(0, length);
    readHidden(this.place, bytesOf(values), start * this.width * 4);
    return values;
  }
}

/** Null where only this thread can read the rows. */
export function handleOf(rows: EncodedRows): RowsHandle | null {
  const { count, width } = rows;
  const place = rows instanceof DiskRows ? rows.place : rows.values;
  return place === undefined ? null : { count, width, place };
}

/** Rows that another thread holds. */
export function rowsOf({ count, width, place }: RowsHandle): EncodedRows {
  return place instanceof Float32Array ? memoryRows(place, count, width) : new DiskRows(place, count, width);
}
