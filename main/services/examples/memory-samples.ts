import type {
  Batch,
  InputLayout,
  OutputLayout,
  SampleSet,
  TargetRestorer,
} from '../../../engine/data/prepared.ts';

/** One sample held in memory. Arrays are row-major; what the layout does not have is left out. */
export interface MemorySample {
  readonly timesteps: number;
  /** [T,F] */
  readonly features?: ArrayLike<number>;
  /** [T,K] */
  readonly tokens?: ArrayLike<number>;
  /** [S] */
  readonly initialState?: ArrayLike<number>;
  /** [rows,targets], rows T or 1 */
  readonly targets?: ArrayLike<number>;
  /** [rows] */
  readonly labels?: ArrayLike<number>;
  /** [rows]; 1 everywhere when left out. */
  readonly weights?: ArrayLike<number>;
}

export interface MemorySetOptions {
  readonly streams?: readonly Int32Array[];
  readonly restore?: TargetRestorer;
}

/** Values that were never normalized. */
const unchanged: TargetRestorer = { value: (_sample, _target, value) => value, scale: () => 1 };

/** A sample set over arrays: for generated examples, which have no file behind them. */
export function memorySamples(
  inputs: InputLayout,
  outputs: OutputLayout,
  samples: readonly MemorySample[],
  options: MemorySetOptions = {},
): SampleSet {
  const at = (index: number): MemorySample => samples[index] ?? { timesteps: 0 };
  return {
    count: samples.length,
    longest: samples.reduce((longest, { timesteps }) => Math.max(longest, timesteps), 0),
    length: (sample) => at(sample).timesteps,
    restore: options.restore ?? unchanged,
    origin: (sample) => ({
      series: '',
      firstRow: 1 + sample * at(sample).timesteps,
      lastRow: (sample + 1) * at(sample).timesteps,
      time: null,
    }),
    streams: options.streams ?? null,
    fill: (indices, batch) => {
      batch.batch = indices.length;
      batch.timesteps = indices.reduce((longest, index) => Math.max(longest, at(index).timesteps), 0);
      indices.forEach((index, column) => {
        fillSample(inputs, outputs, at(index), column, batch);
      });
    },
  };
}

function fillSample(
  inputs: InputLayout,
  outputs: OutputLayout,
  sample: MemorySample,
  column: number,
  batch: Batch,
): void {
  const every = (target: Float32Array | Int32Array, source: ArrayLike<number>, width: number) => {
    for (let step = 0; step < batch.timesteps; step++) {
      const from = step * width;
      const to = (step * batch.batch + column) * width;
      for (let k = 0; k < width; k++) target[to + k] = step < sample.timesteps ? (source[from + k] ?? 0) : 0;
    }
  };
  const once = (target: Float32Array | Int32Array, source: ArrayLike<number>, width: number) => {
    for (let k = 0; k < width; k++) target[column * width + k] = source[k] ?? 0;
  };
  const rows = outputs.rows === 'sequence' ? every : once;
  const count = outputs.rows === 'sequence' ? sample.timesteps : 1;
  every(batch.features, sample.features ?? [], inputs.features.length);
  every(batch.tokens, sample.tokens ?? [], inputs.tokens.length);
  once(batch.initialState, sample.initialState ?? [], inputs.stateValues);
  if (outputs.kind === 'labels') rows(batch.labels, sample.labels ?? [], 1);
  else rows(batch.targets, sample.targets ?? [], outputs.targets.length);
  rows(batch.weights, sample.weights ?? new Float32Array(count).fill(1), 1);
  batch.lengths[column] = sample.timesteps;
}
