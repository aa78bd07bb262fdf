import type { Batch } from '../../../engine/data/prepared.ts';

/** An exported file, opened by the tool that it was made for. */
export interface OpenedExport {
  /** For a person: "onnxruntime-node 1.30.0". */
  readonly tool: string;
  /**
   * Predictions [batch, (steps,) outputs] of the filled part of a batch. Values at padded steps mean nothing.
   */
  run(batch: Batch): Promise<ArrayLike<number>>;
  close(): Promise<void>;
}

/** The filled part of a time-major array [T*B,W] as [B,T,W]. */
export function batchMajor<Values extends Float32Array | Int32Array>(
  values: Values,
  { timesteps, batch }: Batch,
  width: number,
): Values {
  const result = values.slice(0, timesteps * batch * width) as Values;
  for (let sample = 0; sample < batch; sample++) {
    for (let step = 0; step < timesteps; step++) {
      const from = (step * batch + sample) * width;
      result.set(values.subarray(from, from + width), (sample * timesteps + step) * width);
    }
  }
  return result;
}
