import { WorkbenchError } from '../../base/errors.ts';

/** Version of the functions below; the addon says which it has (`apiVersion` in addon.cc). */
export const nativeApiVersion = 1;

/**
 * The addon `build/native/gru_kernels.node`. All memory is JavaScript's; every function checks types, lengths and
 * offsets and throws a TypeError before it touches anything. `set` is an index into `instructionSets`.
 */
export interface NativeBinding {
  readonly apiVersion: number;
  /** What this machine can run, the fastest last: `baseline`, `avx2`, `avx512`, `neon`. */
  readonly instructionSets: readonly string[];
  /** Runs an encoded program over an arena, on this thread and `threads - 1` more; returns when it is done. */
  run(
    set: number,
    arena: Float32Array,
    program: Int32Array,
    timesteps: number,
    batch: number,
    threads: number,
  ): void;
  /** Asks for huge pages behind fresh memory; returns the bytes by which it is behind a multiple of 64. */
  adopt(bytes: Uint8Array): number;
  /** c [m,n] = a b, or c += a b; `a` is [m,k], or [k,m] when transposed; b [k,n]. All row-major. */
  product(
    set: number,
    m: number,
    n: number,
    k: number,
    a: Float32Array,
    transposed: boolean,
    b: Float32Array,
    c: Float32Array,
    accumulate: boolean,
  ): void;
  /** Multiply-adds in registers on every thread; returns the float32 operations done. */
  multiplyLoop(set: number, threads: number, iterations: number): number;
  /** Every thread reads its own equal part of `data`, `passes` times. */
  readLoop(set: number, threads: number, data: Float32Array, passes: number): number;
}

const functionNames = ['run', 'adopt', 'product', 'multiplyLoop', 'readLoop'] as const;

/**
 * What a loaded module is, if it is this program's addon. Throws `backend/unavailable` otherwise: an addon left over
 * from another version must not run.
 */
export function checkNativeBinding(module: unknown): NativeBinding {
  const candidate = module as Partial<NativeBinding> | null | undefined;
  if (candidate?.apiVersion !== nativeApiVersion) {
    throw new WorkbenchError(
      'backend/unavailable',
      `The native kernels have version ${candidate?.apiVersion ?? 'none'}, and this program needs ${nativeApiVersion}`,
      { hint: 'Build them again: node engine/backends/native/build.mjs' },
    );
  }
  const missing = functionNames.find((name) => typeof candidate[name] !== 'function');
  if (
    missing !== undefined ||
    !Array.isArray(candidate.instructionSets) ||
    candidate.instructionSets.length === 0
  ) {
    throw new WorkbenchError('backend/unavailable', 'The native kernels are damaged', {
      hint: 'Build them again: node engine/backends/native/build.mjs',
      data: { missing },
    });
  }
  return candidate as NativeBinding;
}
