import {
  type Batch,
  createBatch,
  type InputLayout,
  type OutputLayout,
  type SampleOrigin,
  type SampleSet,
} from './prepared.ts';

/** Samples of several sets as one, so that requests of several callers become one batch. Streams are not kept. */
export class JoinedSamples implements SampleSet {
  readonly count: number;
  readonly longest: number;
  readonly streams = null;
  readonly restore: SampleSet['restore'];
  readonly #inputs: InputLayout;
  readonly #outputs: OutputLayout;
  readonly #sets: readonly SampleSet[];
  /** First sample of each set. */
  readonly #starts: readonly number[];

  constructor(inputs: InputLayout, outputs: OutputLayout, sets: readonly SampleSet[]) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#sets = sets;
    let count = 0;
    this.#starts = sets.map((set) => {
      const start = count;
      count += set.count;
      return start;
    });
    this.count = count;
    this.longest = Math.max(0, ...sets.map(({ longest }) => longest));
    this.restore = {
      value: (sample, target, normalized, timestep) => {
        const { set, own } = this.#find(sample);
        return set.restore.value(own, target, normalized, timestep);
      },
      scale: (sample, target, normalized, timestep) => {
        const { set, own } = this.#find(sample);
        return set.restore.scale(own, target, normalized, timestep);
      },
    };
  }

  /** Which set a sample belongs to, and its number there. */
  place(sample: number): { readonly set: number; readonly sample: number } {
    const { index, own } = this.#find(sample);
    return { set: index, sample: own };
  }

  length(sample: number): number {
    const { set, own } = this.#find(sample);
    return set.length(own);
  }

  origin(sample: number): SampleOrigin {
    const { set, own } = this.#find(sample);
    return set.origin(own);
  }

  fill(samples: Int32Array, batch: Batch): void {
    const timesteps = samples.reduce((longest, sample) => Math.max(longest, this.length(sample)), 0);
    batch.timesteps = timesteps;
    batch.batch = samples.length;
    for (const values of [batch.features, batch.tokens, batch.targets, batch.labels, batch.weights])
      values.fill(0);
    samples.forEach((sample, column) => {
      const { set, own } = this.#find(sample);
      const one = createBatch(this.#inputs, this.#outputs, { timesteps: set.length(own), batch: 1 });
      set.fill(Int32Array.of(own), one);
      batch.lengths[column] = one.lengths[0] as number;
      copyRows(
        one.features,
        batch.features,
        this.#inputs.features.length,
        one.timesteps,
        samples.length,
        column,
      );
      copyRows(one.tokens, batch.tokens, this.#inputs.tokens.length, one.timesteps, samples.length, column);
      copyRows(one.initialState, batch.initialState, this.#inputs.stateValues, 1, samples.length, column);
      const steps = this.#outputs.rows === 'sequence' ? one.timesteps : 1;
      const labeled = this.#outputs.kind === 'labels';
      copyRows(
        one.targets,
        batch.targets,
        labeled ? 0 : this.#outputs.targets.length,
        steps,
        samples.length,
        column,
      );
      copyRows(one.labels, batch.labels, labeled ? 1 : 0, steps, samples.length, column);
      copyRows(one.weights, batch.weights, 1, steps, samples.length, column);
    });
  }

  #find(sample: number): { readonly set: SampleSet; readonly index: number; readonly own: number } {
    let index = this.#starts.length - 1;
    while (index > 0 && (this.#starts[index] as number) > sample) index -= 1;
    // An empty set starts where the next one does.
    while (index > 0 && this.#sets[index]?.count === 0) index -= 1;
    return { set: this.#sets[index] as SampleSet, index, own: sample - (this.#starts[index] as number) };
  }
}

/** Rows [T,width] of one sample into column `column` of [T*B,width]. */
function copyRows(
  from: Float32Array | Int32Array,
  to: Float32Array | Int32Array,
  width: number,
  timesteps: number,
  batch: number,
  column: number,
): void {
  for (let step = 0; step < timesteps; step++) {
    to.set(from.subarray(step * width, (step + 1) * width), (step * batch + column) * width);
  }
}
