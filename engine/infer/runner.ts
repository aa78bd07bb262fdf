import type { Executable, FloatArray } from '../backends/backend.ts';
import { assertDefined } from '../base/errors.ts';
import { type Batch, createBatch } from '../data/prepared.ts';
import type { SlotId } from '../ops/matrix.ts';
import type { BuiltPlan, CarriedState } from '../plan/built.ts';
import { type Extent, type ProgramName, resultIndex, scalarCount, scalarIndex } from '../plan/plan.ts';

/** A prepared plan with the names of its slots: writes weights and batches, runs programs, reads results. */
export class Runner {
  readonly built: BuiltPlan;
  readonly executable: Executable;
  readonly precision: 'float32' | 'float64';
  /** [scalarCount]; written before each run. */
  readonly scalars: FloatArray;

  constructor(built: BuiltPlan, executable: Executable, precision: 'float32' | 'float64') {
    this.built = built;
    this.executable = executable;
    this.precision = precision;
    this.scalars = this.floats(scalarCount);
  }

  /** An array in the precision of the backend. */
  floats(source: number | ArrayLike<number>): FloatArray {
    const Type = this.precision === 'float64' ? Float64Array : Float32Array;
    return typeof source === 'number' ? new Type(source) : new Type(source);
  }

  /** A batch as large as the plan allows. */
  createBatch(): Batch {
    const { model, plan } = this.built;
    return createBatch(model.inputs, model.outputs, plan.extent);
  }

  /** Writes weights by name; those not named keep their values. */
  writeParameters(parameters: ReadonlyMap<string, FloatArray>): void {
    for (const [name, { slot }] of this.built.parameters) {
      const values = parameters.get(name);
      if (values !== undefined) this.executable.writeFloats(slot, this.convert(values));
    }
  }

  /** Copies of all weights by name. */
  async readParameters(): Promise<Map<string, FloatArray>> {
    const read = new Map<string, FloatArray>();
    for (const [name, { slot, description }] of this.built.parameters) {
      const size = description.shape.reduce((product, length) => product * length, 1);
      read.set(name, await this.executable.readFloats(slot, size));
    }
    return read;
  }

  /** The values in the precision of the backend: the same array where it already is. */
  convert(values: FloatArray): FloatArray {
    const fits =
      this.precision === 'float64' ? values instanceof Float64Array : values instanceof Float32Array;
    return fits ? values : this.floats(values);
  }

  /** Writes the filled part of a batch to the plan's input slots. */
  writeBatch(batch: Batch): void {
    const { executable } = this;
    const { inputs, model } = this.built;
    const sequenceRows = batch.timesteps * batch.batch;
    const rows = this.rows(batch);
    const floats = (slot: SlotId | null, values: Float32Array, count: number): void => {
      if (slot !== null) executable.writeFloats(slot, this.convert(values.subarray(0, count)));
    };
    const ints = (slot: SlotId | null, values: Int32Array, count: number): void => {
      if (slot !== null) executable.writeInts(slot, values.subarray(0, count));
    };
    floats(inputs.features, batch.features, sequenceRows * model.inputs.features.length);
    ints(inputs.tokens, batch.tokens, sequenceRows * model.inputs.tokens.length);
    ints(inputs.lengths, batch.lengths, batch.batch);
    floats(inputs.initialState, batch.initialState, batch.batch * model.inputs.stateValues);
    floats(inputs.targets, batch.targets, rows * model.outputs.targets.length);
    ints(inputs.labels, batch.labels, rows);
    floats(inputs.weights, batch.weights, rows);
  }

  /** Rows of targets and predictions in a batch: T*B or B. */
  rows(batch: Extent): number {
    return this.built.predictions.rows === 'sequence' ? batch.timesteps * batch.batch : batch.batch;
  }

  /** The divisor of the loss for a mean over a batch: its weights times the terms of a row. */
  lossWeight(batch: Batch): number {
    const { loss, model, termsPerRow } = this.built;
    // PyTorch's mean of a cross-entropy divides by the sum of the class weights of the targets.
    const classWeights = loss.kind === 'crossEntropy' ? loss.classWeights : null;
    const labeled = model.outputs.kind === 'labels' && classWeights !== null;
    let sum = 0;
    for (let row = 0; row < this.rows(batch); row++) {
      const weight = batch.weights[row] as number;
      if (weight === 0) continue;
      sum += labeled ? weight * (classWeights?.[batch.labels[row] as number] as number) : weight;
    }
    return sum * termsPerRow;
  }

  writeScalars(): void {
    this.executable.writeFloats(this.built.plan.scalars, this.scalars);
  }

  async run(program: ProgramName, extent: Extent): Promise<void> {
    await this.executable.run(program, { timesteps: extent.timesteps, batch: extent.batch });
  }

  /** Runs `evaluate` on a batch already written; the mean loss over `weight`, which is 0 for an empty one. */
  async evaluate(batch: Batch, weight: number): Promise<number> {
    this.scalars[scalarIndex.lossScale] = weight > 0 ? 1 / weight : 0;
    this.writeScalars();
    await this.run('evaluate', batch);
    const results = await this.executable.readFloats(this.built.plan.results, resultIndex.loss + 1);
    return results[resultIndex.loss] as number;
  }

  /** [rows, columns] of the last run. */
  async readPredictions(extent: Extent): Promise<FloatArray> {
    const { slot, columns } = this.built.predictions;
    return this.executable.readFloats(slot, this.rows(extent) * columns);
  }
}

/** Final states of streams that are read in parallel, kept between their windows: [lanes,H] by direction. */
export type CarriedStates = Map<string, FloatArray>;

export function emptyStates(runner: Runner, lanes: number): CarriedStates {
  return new Map(runner.built.states.map(({ name, units }) => [name, runner.floats(lanes * units)]));
}

/** Writes the initial state of each row of a batch: that of its lane, or zeros where a stream begins. */
export function writeStates(
  runner: Runner,
  states: CarriedStates,
  lanes: Int32Array,
  fresh: Uint8Array,
): void {
  for (const state of runner.built.states) {
    const { units, initial } = state;
    const carried = statesOf(states, state);
    const rows = runner.floats(lanes.length * units);
    lanes.forEach((lane, row) => {
      if (fresh[row] === 0) rows.set(carried.subarray(lane * units, (lane + 1) * units), row * units);
    });
    runner.executable.writeFloats(initial, rows);
  }
}

/** Keeps the final state of each row of the batch that just ran in its lane. */
export async function readStates(runner: Runner, states: CarriedStates, lanes: Int32Array): Promise<void> {
  for (const state of runner.built.states) {
    const { units, final } = state;
    const carried = statesOf(states, state);
    const rows = await runner.executable.readFloats(final, lanes.length * units);
    lanes.forEach((lane, row) => {
      carried.set(rows.subarray(row * units, (row + 1) * units), lane * units);
    });
  }
}

function statesOf(states: CarriedStates, state: CarriedState): FloatArray {
  return assertDefined(states.get(state.name), `the carried state of ${state.name}`);
}
