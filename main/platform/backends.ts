import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import {
  checkNativeBinding,
  createNativeBackend,
  maximumNativeThreads,
  type NativeBinding,
} from '../../engine/backends/native/index.ts';
import { createPortableBackend } from '../../engine/backends/portable/index.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import type { BackendCandidate } from '../../engine/backends/select.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { programRoot } from './root.ts';
import { startTensorflow } from './tensorflow/start.ts';
import { startWebGpu } from './webgpu/open.ts';

/** Opens the graphics card, or says why there is none. */
export type StartGpu = () => Promise<Backend | { readonly reason: string }>;

/**
 * The backends of this program; a new one is listed here.
 * @param threads null for one per core.
 */
export function backendCandidates(
  threads: number | null,
  startGpu: StartGpu = startWebGpu,
): readonly BackendCandidate[] {
  return [
    {
      name: 'native',
      create: async () => createNativeBackend(loadNativeBinding(), { threads: threads ?? defaultThreads() }),
    },
    { name: 'portable', create: async () => createPortableBackend(await readPortableBinaries()) },
    { name: 'webgpu', create: startGpu },
    { name: 'tensorflow', create: startTensorflow },
    { name: 'reference', create: async () => createReferenceBackend() },
  ];
}

/** The compiled kernels. Throws `backend/unavailable`. */
export function loadNativeBinding(): NativeBinding {
  const path = join(programRoot(), 'build', 'native', 'gru_kernels.node');
  if (!existsSync(path)) {
    throw new WorkbenchError('backend/unavailable', 'The native kernels are not built', {
      where: path,
      hint: 'With a C++ compiler on this machine, run: node engine/backends/native/build.mjs',
    });
  }
  let module: unknown;
  try {
    module = createRequire(import.meta.url)(path);
  } catch (cause) {
    throw new WorkbenchError('backend/unavailable', 'The native kernels could not be loaded', {
      where: path,
      hint: 'Build them again: node engine/backends/native/build.mjs',
      cause,
    });
  }
  return checkNativeBinding(module);
}

/** One thread per core that this process may use. */
export function defaultThreads(): number {
  return Math.min(maximumNativeThreads, availableParallelism());
}

/**
 * Relaxed SIMD doubles the speed of the portable backend. V8 has it on by itself from Node 21; in Node 20 the finished
 * implementation waits behind a flag. Where it is off, the plain SIMD build is chosen.
 */
function allowRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

async function readPortableBinaries() {
  allowRelaxedSimd();
  const folder = join(programRoot(), 'engine', 'backends', 'portable');
  try {
    return {
      simd: new Uint8Array(await readFile(join(folder, 'kernels.wasm'))),
      relaxed: new Uint8Array(await readFile(join(folder, 'kernels-relaxed.wasm'))),
    };
  } catch (cause) {
    throw new WorkbenchError('backend/unavailable', 'The WebAssembly kernels are missing', {
      where: folder,
      hint: 'Build them: node engine/backends/portable/build.mjs',
      cause,
    });
  }
}
