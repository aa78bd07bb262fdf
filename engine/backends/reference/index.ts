import { WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import { type Extent, type Plan, type ProgramName, slotSize } from '../../plan/plan.ts';
import type { Backend, Executable, FloatArray } from '../backend.ts';
import { runOp } from './kernels.ts';
import type { Run } from './run.ts';

/**
 * The reference backend is the specification in executable form: plain float64 loops, one function an op, never
 * optimised. It is checked by finite differences and against PyTorch and Keras; every other backend is compared
 * with it.
 */
export function createReferenceBackend(): Backend {
  return {
    info: {
      name: 'reference',
      precision: 'float64',
      description: 'Plain float64 loops: the slow specification the fast backends are checked against',
      threads: 1,
    },
    supports: () => true,
    estimate: (plan) =>
      plan.slots.reduce(
        (bytes, slot) => bytes + slotSize(slot, plan.extent) * (slot.type === 'float' ? 8 : 4),
        0,
      ),
    prepare: async (plan) => new ReferenceExecutable(plan),
    dispose: () => {},
  };
}

class ReferenceExecutable implements Executable {
  readonly #plan: Plan;
  readonly #floats = new Map<SlotId, Float64Array>();
  readonly #ints = new Map<SlotId, Int32Array>();

  constructor(plan: Plan) {
    this.#plan = plan;
    for (const slot of plan.slots) {
      const size = slotSize(slot, plan.extent);
      if (slot.type === 'float') this.#floats.set(slot.id, new Float64Array(size));
      else this.#ints.set(slot.id, new Int32Array(size));
    }
  }

  writeFloats(slot: SlotId, values: FloatArray): void {
    const memory = this.#memory(this.#floats, slot);
    this.#checkCount(slot, values.length, memory.length);
    memory.set(values);
  }

  writeInts(slot: SlotId, values: Int32Array): void {
    const memory = this.#memory(this.#ints, slot);
    this.#checkCount(slot, values.length, memory.length);
    memory.set(values);
  }

  readFloats(slot: SlotId, count: number): Float64Array {
    const memory = this.#memory(this.#floats, slot);
    this.#checkCount(slot, count, memory.length);
    return memory.slice(0, count);
  }

  readInts(slot: SlotId, count: number): Int32Array {
    const memory = this.#memory(this.#ints, slot);
    this.#checkCount(slot, count, memory.length);
    return memory.slice(0, count);
  }

  run(program: ProgramName, extent: Extent): void {
    const largest = this.#plan.extent;
    if (extent.timesteps > largest.timesteps || extent.batch > largest.batch) {
      throw new WorkbenchError('internal', 'A run is larger than its plan', { data: { extent, largest } });
    }
    const run: Run = {
      extent,
      floats: (slot) => this.#memory(this.#floats, slot),
      ints: (slot) => this.#memory(this.#ints, slot),
      scalars: this.#memory(this.#floats, this.#plan.scalars),
      results: this.#memory(this.#floats, this.#plan.results),
      random: this.#memory(this.#ints, this.#plan.random),
    };
    for (const op of this.#plan.programs[program]) runOp(run, op);
  }

  dispose(): void {
    this.#floats.clear();
    this.#ints.clear();
  }

  #memory<Memory>(memories: ReadonlyMap<SlotId, Memory>, slot: SlotId): Memory {
    const memory = memories.get(slot);
    if (memory === undefined) {
      const name = this.#plan.slots.find(({ id }) => id === slot)?.name ?? String(slot);
      throw new WorkbenchError('internal', `The plan has no such slot of this type: ${name}`);
    }
    return memory;
  }

  #checkCount(slot: SlotId, count: number, size: number): void {
    if (count > size) {
      throw new WorkbenchError('internal', `Slot ${slot} holds ${size} values, not ${count}`);
    }
  }
}
