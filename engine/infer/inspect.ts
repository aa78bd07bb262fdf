import type { FloatArray } from '../backends/backend.ts';
import { WorkbenchError } from '../base/errors.ts';
import type { SampleSet } from '../data/prepared.ts';
import { gateNames } from '../ops/gru.ts';
import type { InspectedDirection } from '../plan/built.ts';
import { scalarIndex } from '../plan/plan.ts';
import { emptyStates, type Runner, writeStates } from './runner.ts';

/** What one direction of a layer did with a sequence. Every array is [T,H] row-major but the norms, [T]. */
export interface DirectionInspection {
  /** `gru.0.forward` */
  readonly name: string;
  readonly units: number;
  readonly reverse: boolean;
  readonly gates: Readonly<Record<(typeof gateNames)[number], Float64Array>>;
  readonly state: Float64Array;
  /** Norm of the derivative of the loss with respect to the state after each step; null in a plan that cannot train. */
  readonly gradientNorms: Float64Array | null;
}

export interface Inspection {
  readonly sample: number;
  readonly timesteps: number;
  readonly directions: readonly DirectionInspection[];
  /** [T] weights of the attention read-out, or null. */
  readonly attention: Float64Array | null;
}

/**
 * Runs one sample and looks inside: gates, states and attention in inference mode, and how much gradient of its loss
 * reaches each step (in training mode: with dropout where the model has it). The plan needs `keepGates`.
 */
export async function inspect(runner: Runner, set: SampleSet, sample: number): Promise<Inspection> {
  const { built, executable } = runner;
  if (built.inspection.length === 0) throw new WorkbenchError('internal', 'The plan keeps no gates');
  const batch = runner.createBatch();
  set.fill(Int32Array.of(sample), batch);
  runner.writeBatch(batch);
  writeStates(runner, emptyStates(runner, 1), Int32Array.of(0), Uint8Array.of(1));
  const { timesteps } = batch;

  await runner.run('predict', batch);
  const seen = [];
  for (const direction of built.inspection) seen.push(await readDirection(runner, direction, timesteps));
  const attention =
    built.attentionWeights === null
      ? null
      : Float64Array.from(await executable.readFloats(built.attentionWeights, timesteps));

  const weight = runner.lossWeight(batch);
  runner.scalars[scalarIndex.lossScale] = weight > 0 ? 1 / weight : 0;
  runner.writeScalars();
  await runner.run('gradients', batch);
  const directions: DirectionInspection[] = [];
  for (const [index, { stateGradient, units }] of built.inspection.entries()) {
    const gradientNorms = await readNorms(runner, stateGradient, units, timesteps);
    directions.push({ ...(seen[index] as (typeof seen)[number]), gradientNorms });
  }
  return { sample, timesteps, directions, attention };
}

async function readDirection(
  runner: Runner,
  { name, units, reverse, gates, output }: InspectedDirection,
  timesteps: number,
): Promise<Omit<DirectionInspection, 'gradientNorms'>> {
  const kept = await runner.executable.readFloats(gates, timesteps * 4 * units);
  const states = await runner.executable.readFloats(output.slot, timesteps * output.stride);
  const gate = (name: (typeof gateNames)[number]) =>
    window(kept, timesteps, 4 * units, gateNames.indexOf(name) * units, units);
  return {
    name,
    units,
    reverse,
    gates: { update: gate('update'), reset: gate('reset'), candidate: gate('candidate') },
    state: window(states, timesteps, output.stride, output.column, units),
  };
}

/** Columns of a matrix as a matrix of its own. */
function window(
  values: FloatArray,
  rows: number,
  stride: number,
  column: number,
  columns: number,
): Float64Array {
  const copy = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    copy.set(values.subarray(row * stride + column, row * stride + column + columns), row * columns);
  }
  return copy;
}

async function readNorms(
  runner: Runner,
  slot: number | null,
  units: number,
  timesteps: number,
): Promise<Float64Array | null> {
  if (slot === null) return null;
  const gradients = await runner.executable.readFloats(slot, timesteps * units);
  const norms = new Float64Array(timesteps);
  for (let step = 0; step < timesteps; step++) {
    let squares = 0;
    for (let unit = 0; unit < units; unit++) squares += (gradients[step * units + unit] as number) ** 2;
    norms[step] = Math.sqrt(squares);
  }
  return norms;
}
