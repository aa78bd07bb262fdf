/** What a benchmark trains: one GRU layer on a batch of whole sequences. */
export interface BenchShape {
  readonly inputs: number;
  readonly units: number;
  readonly batch: number;
  readonly timesteps: number;
}

/** The shapes that are compared with other libraries: from one small sequence to large products. */
export const benchShapes: readonly BenchShape[] = [
  { inputs: 64, units: 64, batch: 1, timesteps: 100 },
  { inputs: 16, units: 64, batch: 32, timesteps: 100 },
  { inputs: 64, units: 128, batch: 32, timesteps: 100 },
  { inputs: 128, units: 256, batch: 64, timesteps: 50 },
  { inputs: 256, units: 512, batch: 32, timesteps: 50 },
];

/**
 * Floating-point operations of the products in one training step, a multiply-add counting as two: 6 BTH(I+H) forward
 * and twice that backward, the gradient of the input included. Activations, loss and optimizer are not counted.
 */
export function trainingOperations({ inputs, units, batch, timesteps }: BenchShape): number {
  return 18 * batch * timesteps * units * (inputs + units);
}

/** DeepBench's GRU training rows (baidu-research/DeepBench, rnn_problems.h), as many inputs as units. */
export const deepBenchShapes: readonly BenchShape[] = [
  [512, 32, 1],
  [1024, 32, 1500],
  [1024, 64, 1500],
  [1536, 32, 187],
  [1536, 32, 375],
  [1536, 32, 750],
  [1536, 32, 1500],
  [2048, 32, 187],
  [2048, 32, 375],
  [2048, 32, 750],
  [2048, 32, 1500],
  [2560, 32, 187],
  [2560, 32, 375],
  [2560, 32, 750],
  [2560, 32, 1500],
  [2816, 32, 187],
  [2816, 32, 375],
  [2816, 32, 750],
  [2816, 32, 1500],
].map(([units = 0, batch = 0, timesteps = 0]) => ({ inputs: units, units, batch, timesteps }));

/** Bytes of activations that a training step writes and reads, about 23 floats for each unit, step and sample. */
export function trainingBytes({ units, batch, timesteps }: BenchShape): number {
  return 92 * units * batch * timesteps;
}
