import type { SampleRecipe } from './sample-source.ts';

/**
 * What data preparation hands to model building and training. Rows of arrays are time-major within a batch:
 * row = t * batch + b. Values are float32: backends convert on writing if they compute in another precision.
 */
export interface PreparedData {
  readonly inputs: InputLayout;
  readonly outputs: OutputLayout;
  readonly train: SampleSet;
  readonly validation: SampleSet;
  readonly test: SampleSet;
  /** Class weights of the training part for `classWeights: "balanced"` (n / (classes * count)); null without labels. */
  readonly balancedClassWeights: readonly number[] | null;
}

/** Columns of one input row, after encoding. */
export interface InputLayout {
  /** Names of the F numeric inputs in order ("price", "weekday=Mon", ...). */
  readonly features: readonly string[];
  /** Categorical inputs that go through an embedding, K of them. */
  readonly tokens: readonly { readonly name: string; readonly entries: number }[];
  /** Values of a given initial state per sample, S of them, in layer and direction order; 0 for none. */
  readonly stateValues: number;
}

export interface OutputLayout {
  /** 'values': real numbers [rows,targets]; 'binary': 0/1 [rows,targets]; 'labels': one class a row. */
  readonly kind: 'values' | 'binary' | 'labels';
  /** Names of the targets in order; a forecast of several steps has one per (step, column), column fastest:
   * "price+1", "price+2". For labels: the one target column. */
  readonly targets: readonly string[];
  /** Class names, for labels; empty otherwise. */
  readonly classes: readonly string[];
  /** Whether there is a target at every timestep ('sequence') or one per sample ('batch'). */
  readonly rows: 'sequence' | 'batch';
}

/** One part of the data: a lazily assembled list of samples. Nothing is copied until `fill`. */
export interface SampleSet {
  readonly count: number;
  /** Longest sample, in timesteps. 0 when empty. */
  readonly longest: number;
  /** Timesteps of one sample. */
  length(sample: number): number;
  /**
   * Assembles samples into a batch (right-padded to the longest of them, padding zero with weight 0).
   * @param samples indices into this set, in the order of the batch.
   */
  fill(samples: Int32Array, batch: Batch): void;
  /** Turns model-space targets or predictions back into the units of the file: values [count of samples in order]. */
  readonly restore: TargetRestorer;
  /** Where a sample comes from, for predictions written to a file and for error messages. */
  origin(sample: number): SampleOrigin;
  /** 1-based row of the file at a timestep of a sample, 0 for a row of zeros; absent where rows are not known. */
  rowAt?(sample: number, timestep: number): number;
  /**
   * For stateful training: samples in streams, `streams[i]` lists samples whose windows follow one another without a
   * gap. Null when the windows overlap or are not consecutive.
   */
  readonly streams: readonly Int32Array[] | null;
  /** What its batches are assembled from; absent where only the set itself can. */
  readonly recipe?: SampleRecipe | undefined;
}

export interface SampleOrigin {
  readonly series: string;
  /** 1-based row numbers in the source file (header not counted) of the first and the last input row. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Time of the last input row as it stands in the file, or null. */
  readonly time: string | null;
}

/**
 * Undoes the preparation of targets: normalization, differences and transforms. The timestep is that of the output
 * row where there is one at every step; it can be left out where a sample has one row.
 */
export interface TargetRestorer {
  /** The value, in the unit of the file, of a prediction or target for output `target` of a sample. */
  value(sample: number, target: number, normalized: number, timestep?: number): number;
  /**
   * The factor by which small differences around a prediction scale (for standard deviations): constant but for
   * transforms, of which it is the slope there.
   */
  scale(sample: number, target: number, normalized?: number, timestep?: number): number;
  /**
   * What the column of a target held, in the unit of the file, at a timestep of the inputs; absent where an input of
   * the same name, restored by `value`, tells.
   */
  seen?(sample: number, target: number, timestep: number): number;
}

/** Reusable arrays that hold at least `timesteps * batch` rows; `timesteps` and `batch` say how many are filled. */
export interface Batch {
  timesteps: number;
  batch: number;
  /** [T*B,F] */
  readonly features: Float32Array;
  /** [T*B,K] */
  readonly tokens: Int32Array;
  /** [B] */
  readonly lengths: Int32Array;
  /** [B,S] */
  readonly initialState: Float32Array;
  /** [rows,targets], rows T*B or B; empty for labels. */
  readonly targets: Float32Array;
  /** [rows]; empty unless labels. */
  readonly labels: Int32Array;
  /** [rows] sample weight, 0 on padding and where the target is missing. */
  readonly weights: Float32Array;
}

/** Arrays for batches of at most `batch` samples of at most `timesteps` steps. */
export function createBatch(
  inputs: InputLayout,
  outputs: OutputLayout,
  extent: { readonly timesteps: number; readonly batch: number },
): Batch {
  const sequenceRows = extent.timesteps * extent.batch;
  const rows = outputs.rows === 'sequence' ? sequenceRows : extent.batch;
  const labeled = outputs.kind === 'labels';
  return {
    timesteps: extent.timesteps,
    batch: extent.batch,
    features: new Float32Array(sequenceRows * inputs.features.length),
    tokens: new Int32Array(sequenceRows * inputs.tokens.length),
    lengths: new Int32Array(extent.batch),
    initialState: new Float32Array(extent.batch * inputs.stateValues),
    targets: new Float32Array(labeled ? 0 : rows * outputs.targets.length),
    labels: new Int32Array(labeled ? rows : 0),
    weights: new Float32Array(rows),
  };
}
