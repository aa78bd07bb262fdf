import { assertDefined, WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import type { Extent, Plan, ProgramName } from '../../plan/plan.ts';
import type { Backend, BackendInfo, Executable, FloatArray } from '../backend.ts';
import { type EncodedPlan, encodePlan } from '../kernels/encode.ts';
import type { NativeBinding } from './binding.ts';

export { checkNativeBinding, type NativeBinding } from './binding.ts';

/** Most threads one run can use (`maximumThreads` in addon.cc). */
export const maximumNativeThreads = 64;

/** Arenas start at a cache line. */
const alignmentBytes = 64;

export interface NativeOptions {
  /** 1 to 64. Results do not depend on it. */
  readonly threads: number;
  /** One of `binding.instructionSets`; by default the last, which is the fastest. */
  readonly instructionSet?: string;
}

/**
 * The C++ kernels on this machine's processor. `binding` is the loaded addon, checked by `checkNativeBinding`.
 * Throws `backend/unavailable` for a number of threads or an instruction set that there is not.
 */
export function createNativeBackend(binding: NativeBinding, options: NativeOptions): Backend {
  const { threads } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > maximumNativeThreads) {
    throw new WorkbenchError('backend/unavailable', `The native backend cannot run on ${threads} threads`, {
      hint: `Choose 1 to ${maximumNativeThreads} threads.`,
    });
  }
  const name = options.instructionSet ?? assertDefined(binding.instructionSets.at(-1), 'instruction set');
  const set = binding.instructionSets.indexOf(name);
  if (set === -1) {
    throw new WorkbenchError('backend/unavailable', `This machine has no instruction set "${name}"`, {
      hint: `Choose one of: ${binding.instructionSets.join(', ')}.`,
    });
  }
  const info: BackendInfo = {
    name: 'native',
    precision: 'float32',
    description: `${instructionSetNames[name] ?? name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    threads,
  };
  return {
    info,
    supports: () => true,
    estimate: (plan) => encodePlan(plan, threads).elements * 4 + alignmentBytes,
    prepare: async (plan) => new NativeExecutable(binding, set, threads, plan),
    dispose: () => {},
  };
}

const instructionSetNames: Readonly<Record<string, string>> = {
  baseline: 'SSE2',
  avx2: 'AVX2 and FMA',
  avx512: 'AVX-512',
  neon: 'NEON',
};

class NativeExecutable implements Executable {
  readonly #binding: NativeBinding;
  readonly #set: number;
  readonly #threads: number;
  readonly #extent: Extent;
  readonly #encoded: EncodedPlan;
  #arena: Float32Array<ArrayBuffer>;

  constructor(binding: NativeBinding, set: number, threads: number, plan: Plan) {
    this.#binding = binding;
    this.#set = set;
    this.#threads = threads;
    this.#extent = plan.extent;
    this.#encoded = encodePlan(plan, threads);
    this.#arena = allocate(binding, this.#encoded.elements);
  }

  writeFloats(slot: SlotId, values: FloatArray): void {
    this.#arena.set(values, this.#offset(slot, values.length));
  }

  writeInts(slot: SlotId, values: Int32Array): void {
    this.#ints(slot, values.length).set(values);
  }

  readFloats(slot: SlotId, count: number): Float32Array {
    const offset = this.#offset(slot, count);
    return this.#arena.slice(offset, offset + count);
  }

  readInts(slot: SlotId, count: number): Int32Array {
    return this.#ints(slot, count).slice();
  }

  run(program: ProgramName, extent: Extent): void {
    const { timesteps, batch } = extent;
    if (timesteps > this.#extent.timesteps || batch > this.#extent.batch) {
      throw new WorkbenchError('internal', `A run of ${timesteps} x ${batch} does not fit its plan`);
    }
    const words = this.#encoded.programs[program];
    if (words.length === 0) return;
    this.#binding.run(this.#set, this.#arena, words, timesteps, batch, this.#threads);
  }

  dispose(): void {
    this.#arena = new Float32Array(0);
  }

  #ints(slot: SlotId, count: number): Int32Array {
    return new Int32Array(this.#arena.buffer, this.#arena.byteOffset + this.#offset(slot, count) * 4, count);
  }

  #offset(slot: SlotId, count: number): number {
    const size = assertDefined(this.#encoded.sizes.get(slot), `slot ${slot}`);
    if (count > size) throw new WorkbenchError('internal', `Slot ${slot} holds ${size} values, not ${count}`);
    return assertDefined(this.#encoded.offsets.get(slot), `slot ${slot}`);
  }
}

function allocate(binding: NativeBinding, elements: number): Float32Array<ArrayBuffer> {
  const bytes = elements * 4 + alignmentBytes;
  let buffer: ArrayBuffer;
  try {
    buffer = new ArrayBuffer(bytes);
  } catch (cause) {
    throw new WorkbenchError(
      'backend/unavailable',
      `There is no memory for ${Math.ceil(bytes / 2 ** 20)} MiB`,
      {
        hint: 'Use a smaller batch, shorter windows or fewer units.',
        cause,
      },
    );
  }
  const behind = binding.adopt(new Uint8Array(buffer));
  return new Float32Array(buffer, (alignmentBytes - behind) % alignmentBytes, elements);
}
