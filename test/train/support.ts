import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { RandomStream } from '../../engine/base/rng.ts';
import { type Experiment, experimentSchema } from '../../engine/contract/experiment.ts';
import type { TrainingState } from '../../engine/contract/training-state.ts';
import type { InputLayout, OutputLayout, PreparedData, SampleSet } from '../../engine/data/prepared.ts';
import { describeModel } from '../../engine/model/describe.ts';
import { buildPlan } from '../../engine/plan/build.ts';
import type { BuiltPlan } from '../../engine/plan/built.ts';
import type { PlanOptions } from '../../engine/plan/options.ts';
import type { BatchFeed } from '../../engine/train/batch-feed.ts';
import { initialTrainingState } from '../../engine/train/initial-state.ts';
import type { TrainHost, TrainingEnd, TrainingEvent } from '../../engine/train/options.ts';
import { train } from '../../engine/train/train.ts';
import {
  type MemorySample,
  type MemorySetOptions,
  memorySamples,
} from '../../main/services/examples/memory-samples.ts';

/** An experiment from a part of its keys; the rest are defaults. */
export function experiment(parts: unknown): Experiment {
  return experimentSchema.parse(parts);
}

export const oneFeature: InputLayout = { features: ['x'], tokens: [], stateValues: 0 };
export const twoFeatures: InputLayout = { features: ['x', 'y'], tokens: [], stateValues: 0 };
export const oneValue: OutputLayout = { kind: 'values', targets: ['x+1'], classes: [], rows: 'batch' };

/** Prepared data over three lists of samples. */
export function prepared(
  inputs: InputLayout,
  outputs: OutputLayout,
  parts: {
    train: readonly MemorySample[];
    validation?: readonly MemorySample[];
    test?: readonly MemorySample[];
  },
  options: MemorySetOptions = {},
): PreparedData {
  const set = (samples: readonly MemorySample[] = [], own: MemorySetOptions = {}): SampleSet =>
    memorySamples(inputs, outputs, samples, own);
  return {
    inputs,
    outputs,
    train: set(parts.train, options),
    validation: set(parts.validation),
    test: set(parts.test),
    balancedClassWeights: outputs.classes.length > 0 ? outputs.classes.map(() => 1) : null,
  };
}

/** Samples of random numbers with a target that depends on all of them. */
export function randomSamples(
  seed: number,
  count: number,
  timesteps: number,
  features: number,
): MemorySample[] {
  const random = new RandomStream(seed, 77);
  return Array.from({ length: count }, () => {
    const values = Float32Array.from({ length: timesteps * features }, () => random.nextNormal());
    return {
      timesteps,
      features: values,
      targets: [Math.tanh(values.reduce((sum, value) => sum + value, 0))],
    };
  });
}

/** A host whose clock only ever moves by one millisecond a look. */
export function testHost(stepEventInterval = 0): TrainHost {
  let now = 0;
  return {
    now: () => {
      now += 1;
      return now;
    },
    pause: async () => {},
    stepEventInterval,
  };
}

export interface Setup {
  readonly experiment: Experiment;
  readonly data: PreparedData;
  readonly backend?: Backend;
  readonly options?: Partial<PlanOptions>;
}

export function plan({ experiment, data, options = {} }: Setup): BuiltPlan {
  const model = describeModel(experiment, data.inputs, data.outputs);
  const longest = Math.max(data.train.longest, data.validation.longest, data.test.longest);
  return buildPlan(
    model,
    experiment,
    { timesteps: longest, batch: experiment.training.batchSize },
    { masked: true, balancedClassWeights: data.balancedClassWeights, ...options },
  );
}

export interface Trained {
  readonly events: readonly TrainingEvent[];
  readonly end: TrainingEnd;
  /** The state of every checkpoint, in order. */
  readonly states: readonly TrainingState[];
}

/** Runs to the end, or until `stopAfter` updates were made. */
export async function runTraining(
  setup: Setup & {
    readonly state?: TrainingState;
    readonly stopAfter?: number;
    readonly stepEventInterval?: number;
    readonly readsGates?: boolean;
    readonly feed?: BatchFeed | null;
  },
): Promise<Trained> {
  const backend = setup.backend ?? createReferenceBackend();
  const { precision } = backend.info;
  const built = plan(setup);
  const executable = await backend.prepare(built.plan);
  const controller = new AbortController();
  const events: TrainingEvent[] = [];
  const states: TrainingState[] = [];
  for await (const event of train({
    experiment: setup.experiment,
    built,
    executable,
    precision,
    data: setup.data,
    state: setup.state ?? initialTrainingState(setup.experiment, built, precision),
    signal: controller.signal,
    host: testHost(setup.stepEventInterval),
    feed: setup.feed ?? null,
    resultsBehind: backend.info.resultsBehind ?? 0,
    ...(setup.readsGates === undefined ? {} : { readsGates: setup.readsGates }),
  })) {
    events.push(event);
    if (event.event === 'step' && event.step === setup.stopAfter) controller.abort();
    if (event.event === 'checkpoint-due') states.push(await event.snapshot());
  }
  const end = events.at(-1);
  if (end?.event !== 'end') throw new Error('the run did not end');
  executable.dispose();
  return { events, end, states };
}
