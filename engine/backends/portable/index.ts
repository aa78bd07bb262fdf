import { assertDefined, WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import type { Extent, ProgramName } from '../../plan/plan.ts';
import type { Backend, BackendInfo, Executable, FloatArray } from '../backend.ts';
import { type EncodedPlan, encodePlan } from '../kernels/encode.ts';
import { instantiateKernels, type KernelInstance, memoryBytes } from './kernel-module.ts';

/** The bytes of the two builds that build.mjs leaves beside this file. */
export interface PortableBinaries {
  /** kernels.wasm: 128-bit SIMD. */
  readonly simd: Uint8Array;
  /** kernels-relaxed.wasm: with the fused multiply-add of relaxed SIMD, used where the engine has it. */
  readonly relaxed: Uint8Array;
}

/**
 * The C++ kernels as WebAssembly, on one thread: for machines without the native addon, and for browsers. Runs are
 * synchronous. Throws `backend/unavailable` where the JavaScript engine has no 128-bit SIMD.
 */
export function createPortableBackend(binaries: PortableBinaries): Backend {
  const relaxed = WebAssembly.validate(binaries.relaxed);
  const bytes = relaxed ? binaries.relaxed : binaries.simd;
  if (!relaxed && !WebAssembly.validate(bytes)) {
    throw new WorkbenchError('backend/unavailable', 'This JavaScript engine has no WebAssembly SIMD', {
      hint: 'Use a newer browser or Node.js 20 or later.',
    });
  }
  const module = new WebAssembly.Module(bytes);
  const info: BackendInfo = {
    name: 'portable',
    precision: 'float32',
    description: relaxed ? 'WebAssembly relaxed SIMD, 1 thread' : 'WebAssembly SIMD, 1 thread',
    threads: 1,
  };
  return {
    info,
    supports: () => true,
    estimate: (plan) => memoryBytes(encodePlan(plan, 1)),
    prepare: async (plan) => {
      const encoded = encodePlan(plan, 1);
      return new PortableExecutable(instantiateKernels(module, encoded), encoded, plan.extent);
    },
    dispose: () => {},
  };
}

class PortableExecutable implements Executable {
  readonly #encoded: EncodedPlan;
  readonly #extent: Extent;
  /** null after `dispose`, so that the memory can be collected. */
  #kernels: KernelInstance | null;

  constructor(kernels: KernelInstance, encoded: EncodedPlan, extent: Extent) {
    this.#kernels = kernels;
    this.#encoded = encoded;
    this.#extent = extent;
  }

  writeFloats(slot: SlotId, values: FloatArray): void {
    this.#floats(slot, values.length).set(values);
  }

  writeInts(slot: SlotId, values: Int32Array): void {
    this.#ints(slot, values.length).set(values);
  }

  readFloats(slot: SlotId, count: number): Float32Array {
    return this.#floats(slot, count).slice();
  }

  readInts(slot: SlotId, count: number): Int32Array {
    return this.#ints(slot, count).slice();
  }

  run(program: ProgramName, extent: Extent): void {
    const { timesteps, batch } = extent;
    if (timesteps > this.#extent.timesteps || batch > this.#extent.batch) {
      throw new WorkbenchError('internal', `A run of ${timesteps} x ${batch} does not fit its plan`);
    }
    this.#open().run(program, extent);
  }

  dispose(): void {
    this.#kernels = null;
  }

  #floats(slot: SlotId, count: number): Float32Array {
    const kernels = this.#open();
    return new Float32Array(kernels.buffer, this.#address(kernels, slot, count), count);
  }

  #ints(slot: SlotId, count: number): Int32Array {
    const kernels = this.#open();
    return new Int32Array(kernels.buffer, this.#address(kernels, slot, count), count);
  }

  #address(kernels: KernelInstance, slot: SlotId, count: number): number {
    const size = assertDefined(this.#encoded.sizes.get(slot), `slot ${slot}`);
    if (count > size) throw new WorkbenchError('internal', `Slot ${slot} holds ${size} values, not ${count}`);
    return kernels.arena + 4 * assertDefined(this.#encoded.offsets.get(slot), `slot ${slot}`);
  }

  #open(): KernelInstance {
    return assertDefined(this.#kernels, 'the memory of a disposed plan');
  }
}
