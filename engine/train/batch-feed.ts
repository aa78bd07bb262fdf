import type { Batch } from '../data/prepared.ts';

/** Assembles batches of the training part elsewhere, ahead of the steps that use them. */
export interface BatchFeed {
  /** Begins to assemble samples; what was begun before has been taken. */
  begin(samples: Int32Array): void;
  /**
   * Copies the batch begun last into the caller's arrays as soon as it is whole.
   * @throws WorkbenchError with what kept it from being assembled.
   */
  take(into: Batch): Promise<void>;
}
