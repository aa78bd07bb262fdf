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
