import type { Backend, Executable } from '../../../engine/backends/backend.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { PreparedData, SampleSet } from '../../../engine/data/prepared.ts';
import type { Decision } from '../../../engine/data/propose.ts';
import { describeModel } from '../../../engine/model/describe.ts';
import { buildPlan } from '../../../engine/plan/build.ts';
import type { BuiltPlan } from '../../../engine/plan/built.ts';
import { estimateMemory } from '../../../engine/plan/memory.ts';
import type { ShapeOf } from '../../../engine/store/state-files.ts';
import { stepsPerEpoch } from '../../../engine/train/order.ts';
import type { ServiceHost } from '../host.ts';

/** What computes a run, by a person's wish. */
export interface BackendWish {
  readonly name: Experiment['backend']['name'];
  readonly threads: number | null;
}

/** A model with its data on a backend, ready to run. */
export interface AssembledRun {
  readonly experiment: Experiment;
  readonly data: PreparedData;
  readonly built: BuiltPlan;
  readonly backend: Backend;
  readonly executable: Executable;
  /** Bytes that the process takes in all while it runs: what it holds now, and what the plan adds. */
  readonly estimatedBytes: number;
  /** What was chosen on the way, for the person. */
  readonly decisions: readonly Decision[];
  /** Frees the backend's memory. */
  dispose(): void;
}

/** What of a run is needed before it is on a backend. */
export interface RunParts {
  readonly experiment: Experiment;
  readonly data: PreparedData;
}

/**
 * Describes the model, plans it for the largest batch, chooses a backend and prepares it.
 * @param training whether gradients and optimizer are needed too.
 * Throws `config/impossible`, `backend/unavailable`, `backend/unsupported`.
 */
export async function assembleRun(
  host: ServiceHost,
  { experiment, data }: RunParts,
  wish: BackendWish,
  training: boolean,
): Promise<AssembledRun> {
  // Refuses, before a run is made, samples that do not come in the order that training asks for.
  if (training) stepsPerEpoch(data.train, experiment.training);
  const sets = [data.train, data.validation, data.test];
  const longest = Math.max(1, ...sets.map((set) => set.longest));
  const model = describeModel(experiment, data.inputs, data.outputs);
  const extent = { timesteps: longest, batch: experiment.training.batchSize };
  const built = buildPlan(model, experiment, extent, {
    masked: sets.some((set) => hasShorter(set, longest)),
    balancedClassWeights: data.balancedClassWeights,
    training,
  });
  const { backend, decisions } = await host.openBackend(wish, built.plan);
  const bytesPerFloat = backend.info.precision === 'float64' ? 8 : 4;
  const memory = estimateMemory(built, backend.estimate(built.plan), bytesPerFloat);
  // A run also keeps the state it started from, and a checkpoint is put together before it is written.
  const { parameter, optimizer, average } = memory.elements;
  const stored = training ? 2 * bytesPerFloat * (parameter + optimizer + average) : 0;
  const estimatedBytes = Math.round(host.residentBytes() + memory.total + stored);
  const executable = await backend.prepare(built.plan);
  return {
    experiment,
    data,
    built,
    backend,
    executable,
    estimatedBytes,
    decisions,
    dispose: () => {
      executable.dispose();
      backend.dispose();
    },
  };
}

/** Sizes of the weights, by name. */
export function shapesOf(built: BuiltPlan): ShapeOf {
  return (name) => built.parameters.get(name)?.description.shape;
}

function hasShorter(set: SampleSet, longest: number): boolean {
  for (let sample = 0; sample < set.count; sample++) if (set.length(sample) < longest) return true;
  return false;
}
