/**
 * Everything that a training run needs to go on exactly where it stood. A checkpoint is this and nothing else: same
 * seed, data and backend, then stopped and resumed anywhere, ends in the same bits.
 */
export interface TrainingState {
  /** Updates made. */
  readonly step: number;
  /** Forward-backward passes made: the counter of the random ops (differs from `step` under accumulation). */
  readonly microStep: number;
  /** Epoch in progress, from 0, and batches of it already used. */
  readonly epoch: number;
  readonly batchInEpoch: number;
  /** Sums for the mean training loss of the epoch in progress. */
  readonly epochLossSum: number;
  readonly epochWeightSum: number;
  /** Weights by name, each [rows,columns] flat. Reference runs keep float64. */
  readonly parameters: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Optimizer slots by `weight/slot`. */
  readonly optimizer: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Moving averages by weight name; empty without averaging. */
  readonly averages: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Final hidden states by layer output name, for stateful runs; empty otherwise. */
  readonly carried: ReadonlyMap<string, Float32Array | Float64Array>;
  /** Best epoch so far, with its weights; null before the first validation. */
  readonly best: {
    readonly epoch: number;
    readonly value: number;
    readonly parameters: ReadonlyMap<string, Float32Array | Float64Array>;
  } | null;
  readonly epochsWithoutImprovement: number;
  /** Reduce-on-plateau: current factor on the learning rate and its counters. */
  readonly plateau: {
    readonly factor: number;
    readonly best: number | null;
    readonly bad: number;
    readonly cooldown: number;
  };
}
