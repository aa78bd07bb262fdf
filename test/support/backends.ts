import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../../engine/backends/backend.ts';
import {
  checkNativeBinding,
  createNativeBackend,
  type NativeBinding,
} from '../../engine/backends/native/index.ts';
import { createPortableBackend } from '../../engine/backends/portable/index.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { createWebGpuBackend } from '../../engine/backends/webgpu/index.ts';
import { describeError } from '../../engine/base/errors.ts';
import { createTensorflowBackend } from '../../engine/backends/tensorflow/index.ts';
import { type BackendName, backendNames } from '../../engine/contract/backend-name.ts';
import { loadTensorflowDevice } from '../../main/platform/tensorflow/load-device.ts';
import { openWebGpu } from '../../main/platform/webgpu/open.ts';

/** A backend the table is run on, or why it is not on this machine, or why what is here cannot be used. */
export type Candidate =
  | { readonly name: BackendName; readonly outcome: 'present'; readonly backend: Backend }
  | { readonly name: BackendName; readonly outcome: 'backend-absent'; readonly reason: string }
  | { readonly name: BackendName; readonly outcome: 'broken'; readonly reason: string };

export const reference: Backend = createReferenceBackend();

/** Every backend that is compared with the reference; a new one gets its line here. */
export async function openBackends(): Promise<readonly Candidate[]> {
  return [...openNative(), ...openPortable(), openTensorflow(), await openSoftwareWebGpu()];
}

/**
 * Backends that must be there: portable always, since it needs nothing but a JavaScript engine, and those that the
 * environment variable REQUIRE_BACKENDS names (`REQUIRE_BACKENDS=native,portable`). A misspelled name is an error.
 */
export function requiredBackends(
  environment: string | undefined = process.env.REQUIRE_BACKENDS,
): ReadonlySet<BackendName> {
  const names = (environment ?? '').split(',').map((name) => name.trim());
  const required = new Set<BackendName>(['portable']);
  for (const name of names.filter((text) => text !== '')) {
    const known = backendNames.find((candidate) => candidate === name);
    if (known === undefined) {
      throw new Error(`REQUIRE_BACKENDS names "${name}"; there are ${backendNames.join(', ')}`);
    }
    required.add(known);
  }
  return required;
}

/** The addon of this checkout, or why there is none. */
export function loadNative(): NativeBinding | string {
  const addon = fileURLToPath(new URL('../../build/native/gru_kernels.node', import.meta.url));
  if (!existsSync(addon))
    return 'build/native/gru_kernels.node is not built (node engine/backends/native/build.mjs)';
  return checkNativeBinding(createRequire(import.meta.url)(addon));
}

/**
 * WebGPU on SwiftShader, which computes on the processor and is the same on every machine; on the graphics card where
 * GRU_TEST_GPU is set.
 */
async function openSoftwareWebGpu(): Promise<Candidate> {
  try {
    const opened = await openWebGpu({ software: process.env.GRU_TEST_GPU === undefined });
    if ('reason' in opened) return { name: 'webgpu', outcome: 'backend-absent', reason: opened.reason };
    return { name: 'webgpu', outcome: 'present', backend: createWebGpuBackend(opened) };
  } catch (error) {
    return { name: 'webgpu', outcome: 'broken', reason: describeError(error) };
  }
}

/** The addon once for every instruction set of this processor; the fastest also with several threads. */
function openNative(): Candidate[] {
  let binding: NativeBinding | string;
  try {
    binding = loadNative();
  } catch (error) {
    return [{ name: 'native', outcome: 'broken', reason: describeError(error) }];
  }
  if (typeof binding === 'string') return [{ name: 'native', outcome: 'backend-absent', reason: binding }];
  const addon = binding;
  const one = addon.instructionSets.map((instructionSet) =>
    createNativeBackend(addon, { threads: 1, instructionSet }),
  );
  return [...one, createNativeBackend(addon, { threads: 3 })].map((backend) => ({
    name: 'native',
    outcome: 'present',
    backend,
  }));
}

/**
 * WebAssembly, always here: both builds are part of the repository. Node 20 knows relaxed SIMD only behind a flag, which
 * later versions ignore.
 */
function openPortable(): Candidate[] {
  const bytes = (name: string): Uint8Array =>
    readFileSync(new URL(`../../engine/backends/portable/${name}.wasm`, import.meta.url));
  const simd = bytes('kernels');
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return [new Uint8Array(), bytes('kernels-relaxed')].map((relaxed) => ({
    name: 'portable',
    outcome: 'present',
    backend: createPortableBackend({ simd, relaxed }),
  }));
}

/** TensorFlow where its library was set up (`npm run tensorflow`). */
function openTensorflow(): Candidate {
  try {
    return {
      name: 'tensorflow',
      outcome: 'present',
      backend: createTensorflowBackend(loadTensorflowDevice()),
    };
  } catch (error) {
    return { name: 'tensorflow', outcome: 'backend-absent', reason: describeError(error) };
  }
}
