/**
 * Model-space values of all ordered rows, float32, row by row. In memory, or on disk where they are more than memory
 * should hold: the samples read them through this alone.
 */
export interface EncodedRows {
  readonly count: number;
  /** Values a row. */
  readonly width: number;
  /** Rows start ... start+count-1 as [count,width]; only read it, and only until the next call. */
  slice(start: number, count: number): Float32Array;
  /** All rows, [count,width], where they lie in memory. */
  readonly values?: Float32Array;
}

/** Takes encoded rows column by column, as they are fitted and normalized. */
export interface RowsBuilder {
  /** One value for each row. A column that is never set holds zeros. */
  setColumn(column: number, values: Float32Array | Float64Array): void;
  /** Columns first ... first+categories-1: 1 at the code of each row, 0 elsewhere and where the code is negative. */
  setOneHot(first: number, categories: number, codes: Int32Array): void;
  finish(): EncodedRows;
}

/** Makes room for `count` rows of `width` values. */
export type CreateRows = (count: number, width: number) => RowsBuilder;

/** Rows in one array, which `allocate` makes. */
export function createRowsIn(allocate: (length: number) => Float32Array): CreateRows {
  return (count, width) => {
    const values = allocate(count * width);
    return {
      setColumn: (column, cells) => {
        for (let i = 0, at = column; i < count; i++, at += width) values[at] = cells[i] as number;
      },
      setOneHot: (first, categories, codes) => {
        for (let i = 0; i < count; i++) {
          const code = codes[i] as number;
          if (code >= 0 && code < categories) values[i * width + first + code] = 1;
        }
      },
      finish: () => memoryRows(values, count, width),
    };
  };
}

/** [count,width] in memory, as rows. */
export function memoryRows(values: Float32Array, count: number, width: number): EncodedRows {
  return {
    count,
    width,
    values,
    slice: (start, rows) => values.subarray(start * width, (start + rows) * width),
  };
}

/** Rows in one array: the default. */
export const createMemoryRows: CreateRows = createRowsIn((length) => new Float32Array(length));
