import { RandomStream, randomStreams } from '../../../engine/base/rng.ts';
import { type Experiment, experimentSchema } from '../../../engine/contract/experiment.ts';
import type { InputLayout, OutputLayout, PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import { memorySamples } from './memory-samples.ts';

/**
 * The adding problem (Hochreiter and Schmidhuber 1997; as in Arjovsky et al. 2016): a sequence of uniform numbers in
 * [0, 1) and a marker that is 1 at two places, one in each half; the target is the sum of the two marked numbers. It
 * tests whether a recurrent network remembers over the whole length. Always answering 1 has an error of 1/6.
 */
export interface AddingOptions {
  /** Steps of a sequence. */
  readonly timesteps: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
}

const inputs: InputLayout = { features: ['value', 'marker'], tokens: [], stateValues: 0 };
const outputs: OutputLayout = { kind: 'values', targets: ['sum'], classes: [], rows: 'batch' };

/** The mean squared error of always answering 1: the variance of the sum of two uniform numbers. */
export const addingBaseline = 1 / 6;

export function addingProblem(options: AddingOptions): PreparedData {
  const part = (index: number, count: number) => addingSamples(options.timesteps, count, options.seed, index);
  return {
    inputs,
    outputs,
    train: part(0, options.train),
    validation: part(1, options.validation),
    test: part(2, options.test),
    balancedClassWeights: null,
  };
}

function addingSamples(timesteps: number, count: number, seed: number, part: number): SampleSet {
  const random = new RandomStream(seed, randomStreams.sampling, part);
  const half = Math.floor(timesteps / 2);
  const samples = Array.from({ length: count }, () => {
    const features = new Float32Array(timesteps * 2);
    for (let step = 0; step < timesteps; step++) features[2 * step] = random.nextFloat();
    const first = random.nextInteger(half);
    const second = half + random.nextInteger(timesteps - half);
    features[2 * first + 1] = 1;
    features[2 * second + 1] = 1;
    const sum = (features[2 * first] as number) + (features[2 * second] as number);
    return { timesteps, features, targets: [sum] };
  });
  return memorySamples(inputs, outputs, samples);
}

/** One GRU layer with settings that solve the problem: Adam 2e-3, batches of 64, clip 1. */
export function addingExperiment(units: number, epochs: number): Experiment {
  return experimentSchema.parse({
    name: 'adding problem',
    task: 'regress',
    model: { layers: [{ units }] },
    training: {
      epochs,
      batchSize: 64,
      learningRate: 0.002,
      clipping: { kind: 'globalNorm', threshold: 1 },
      earlyStopping: null,
    },
  });
}
