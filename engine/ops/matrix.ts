/** Index of a buffer in a plan. */
export type SlotId = number;

/**
 * A window of columns in a slot that holds a row-major matrix. Rows are not part of it: they follow from the
 * extent of a run. `'sequence'` rows are time-major (row = t * batch + b, T*B of them), `'batch'` rows are one per
 * sample (B of them).
 */
export interface Matrix {
  readonly slot: SlotId;
  /** First column of the window. */
  readonly column: number;
  /** Columns in the window. */
  readonly columns: number;
  /** Columns of the whole slot: the distance, in elements, between two rows. */
  readonly stride: number;
}

export type Rows = 'sequence' | 'batch';

/** The whole slot as a matrix. */
export function wholeMatrix(slot: SlotId, columns: number): Matrix {
  return { slot, column: 0, columns, stride: columns };
}
