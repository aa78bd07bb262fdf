import { WorkbenchError } from '../../base/errors.ts';
import { type Extent, type ProgramName, programNames } from '../../plan/plan.ts';
import type { EncodedPlan } from '../kernels/encode.ts';

const pageBytes = 65536;
/** What 32-bit addresses reach. */
const mostPages = 65536;
/** Stack and constants come first; the kernels' `__heap_base` must not lie behind it. */
const reservedBytes = 5 * pageBytes;

/** One instance of the kernels with the memory of one plan: stack, constants, arena, programs. */
export interface KernelInstance {
  readonly buffer: ArrayBuffer;
  /** Byte offset of the arena. */
  readonly arena: number;
  run(program: ProgramName, extent: Extent): void;
}

interface KernelExports {
  readonly __heap_base: { readonly value: number };
  run(arena: number, program: number, words: number, timesteps: number, batch: number): void;
}

/** Bytes of memory that an encoded plan takes, in whole pages. */
export function memoryBytes(encoded: EncodedPlan): number {
  const words = programNames.reduce((total, name) => total + encoded.programs[name].length, 0);
  return Math.ceil((reservedBytes + 4 * (encoded.elements + words)) / pageBytes) * pageBytes;
}

/**
 * Makes the memory and starts the kernels in it. Throws `backend/unsupported` where a plan needs more than the 4 GiB
 * that WebAssembly can address, `backend/unavailable` where the machine does not have the memory.
 */
export function instantiateKernels(module: WebAssembly.Module, encoded: EncodedPlan): KernelInstance {
  const pages = memoryBytes(encoded) / pageBytes;
  const hint = 'Use a smaller batch, shorter windows or fewer units.';
  if (pages > mostPages) {
    throw new WorkbenchError(
      'backend/unsupported',
      `The portable backend has at most 4 GiB of memory, and this plan needs ${gibibytes(pages)}`,
      { hint },
    );
  }
  const memory = allocate(pages, hint);
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as unknown as KernelExports;
  if (kernels.__heap_base.value > reservedBytes) {
    throw new WorkbenchError('internal', 'The kernels need more memory for themselves than is reserved');
  }
  const { buffer } = memory;
  const starts = new Map<ProgramName, number>();
  let end = reservedBytes + 4 * encoded.elements;
  for (const name of programNames) {
    const words = encoded.programs[name];
    new Int32Array(buffer, end, words.length).set(words);
    starts.set(name, end);
    end += 4 * words.length;
  }
  return {
    buffer,
    arena: reservedBytes,
    run: (program, { timesteps, batch }) =>
      kernels.run(
        reservedBytes,
        starts.get(program) as number,
        encoded.programs[program].length,
        timesteps,
        batch,
      ),
  };
}

function allocate(pages: number, hint: string): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new WorkbenchError('backend/unavailable', `There is no memory for ${gibibytes(pages)}`, {
      hint,
      cause,
    });
  }
}

function gibibytes(pages: number): string {
  return `${((pages * pageBytes) / 2 ** 30).toFixed(1)} GiB`;
}
