import { WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import { type Extent, type Plan, type ProgramName, resultCount, slotSize } from '../../plan/plan.ts';
import type { Backend, Executable, FloatArray } from '../backend.ts';
import type { TensorflowDevice } from './device.ts';
import { runOp } from './kernels.ts';
import { SlotMemory } from './memory.ts';
import { Operations } from './operations.ts';
import type { Run } from './run.ts';
import { type Tensor, TensorPool } from './tensor.ts';

/**
 * TensorFlow's eager ops as a backend: cuDNN's fused GRU where CUDA is, GRUBlockCell for the reset-before GRU, core
 * ops for everything else. Weights and optimizer slots stay on the device from step to step.
 */
export function createTensorflowBackend(device: TensorflowDevice): Backend {
  return {
    info: {
      name: 'tensorflow',
      precision: 'float32',
      description: `TensorFlow ${device.version}${device.gpu ? ' on CUDA with cuDNN' : ' on the processor'}`,
      threads: 1,
    },
    supports: () => true,
    estimate: estimateTensorflowBytes,
    prepare: async (plan) => new TensorflowExecutable(device, plan),
    dispose: () => {},
  };
}

/** Bytes a plan takes: the new content of a slot exists beside the old one until the op has run. */
export function estimateTensorflowBytes(plan: Plan): number {
  return 2 * plan.slots.reduce((bytes, slot) => bytes + slotSize(slot, plan.extent) * 4, 0);
}

class TensorflowExecutable implements Executable {
  readonly #plan: Plan;
  readonly #device: TensorflowDevice;
  readonly #operations: Operations;
  readonly #memory: SlotMemory;
  readonly #results: (Tensor | null)[] = new Array(resultCount).fill(null);
  readonly #reserved = new Map<SlotId, Tensor>();

  constructor(device: TensorflowDevice, plan: Plan) {
    this.#plan = plan;
    this.#device = device;
    this.#operations = new Operations(new TensorPool(device));
    this.#memory = new SlotMemory(this.#operations, plan);
  }

  writeFloats(slot: SlotId, values: FloatArray): void {
    if (slot === this.#plan.results) this.#forgetResults();
    this.#memory.writeHost(slot, values);
  }

  writeInts(slot: SlotId, values: Int32Array): void {
    const memory = this.#memory.ints(slot);
    this.#checkCount(slot, values.length, memory.length);
    memory.set(values);
  }

  readFloats(slot: SlotId, count: number): Float32Array {
    this.#checkCount(slot, count, this.#memory.size(slot));
    if (slot === this.#plan.results) this.#settleResults();
    return this.#memory.host(slot).slice(0, count);
  }

  readInts(slot: SlotId, count: number): Int32Array {
    const memory = this.#memory.ints(slot);
    this.#checkCount(slot, count, memory.length);
    return memory.slice(0, count);
  }

  run(program: ProgramName, extent: Extent): void {
    const largest = this.#plan.extent;
    if (extent.timesteps > largest.timesteps || extent.batch > largest.batch) {
      throw new WorkbenchError('internal', 'A run is larger than its plan', { data: { extent, largest } });
    }
    if (extent.timesteps * extent.batch === 0) return;
    const { pool } = this.#operations;
    const run: Run = {
      extent,
      memory: this.#memory,
      operations: this.#operations,
      scalars: this.#memory.host(this.#plan.scalars),
      random: this.#memory.ints(this.#plan.random),
      result: (index, value, accumulate) => this.#setResult(index, value, accumulate),
      reserved: this.#reserved,
      cudnn: this.#device.gpu && !inspects(this.#plan),
    };
    for (const op of this.#plan.programs[program]) {
      pool.scoped(() => runOp(run, op, this.#plan.results));
    }
  }

  dispose(): void {
    const { pool } = this.#operations;
    this.#forgetResults();
    for (const tensor of this.#reserved.values()) pool.release(tensor.handle);
    this.#reserved.clear();
    this.#memory.dispose();
  }

  #setResult(index: number, value: Tensor, accumulate: boolean): void {
    const f = this.#operations;
    const old = this.#results[index] ?? null;
    const before = (): Tensor => old ?? f.scalar(this.#memory.host(this.#plan.results)[index] as number);
    const sum = accumulate ? f.add(before(), value) : value;
    this.#results[index] = f.pool.retain(sum);
    if (old !== null) f.pool.release(old.handle);
  }

  /** Fetches the results that are still on the device, in one read. */
  #settleResults(): void {
    const f = this.#operations;
    const pending = this.#results.flatMap((tensor, index) => (tensor === null ? [] : [{ tensor, index }]));
    if (pending.length === 0) return;
    const values = f.pool.scoped(() => {
      const vector = f.concatenate(
        pending.map(({ tensor }) => f.reshape(tensor, [1])),
        0,
      );
      return this.#device.readFloats(vector.handle);
    });
    const host = Float32Array.from(this.#memory.host(this.#plan.results));
    pending.forEach(({ index }, position) => {
      host[index] = values[position] as number;
    });
    this.#forgetResults();
    this.#memory.writeHost(this.#plan.results, host);
  }

  #forgetResults(): void {
    for (const tensor of this.#results) if (tensor !== null) this.#operations.pool.release(tensor.handle);
    this.#results.fill(null);
  }

  #checkCount(slot: SlotId, count: number, size: number): void {
    if (count > size) throw new WorkbenchError('internal', `Slot ${slot} holds ${size} values, not ${count}`);
  }
}

/** Whether the plan looks at gates or at the gradient of every state, which cuDNN keeps to itself. */
function inspects(plan: Plan): boolean {
  const { predict, gradients } = plan.programs;
  return (
    predict.some((op) => op.kind === 'gruForward' && op.saved !== null) ||
    gradients.some((op) => op.kind === 'gruBackward' && op.stateGradient !== null)
  );
}
