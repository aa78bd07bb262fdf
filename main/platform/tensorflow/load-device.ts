import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import type {
  Attribute,
  ElementType,
  Handle,
  TensorflowDevice,
} from '../../../engine/backends/tensorflow/device.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { programRoot } from '../root.ts';

/** The CUDA build first; the other holds the same binding over a library for the processor. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

type Values = Float32Array | Int32Array | Uint8Array;
type Executed = readonly { readonly id: number }[];

/** What the packages' native binding has, as far as it is used here. */
const bindingSchema = z.object({
  TF_Version: z.string(),
  isUsingGpuDevice: z.custom<() => boolean>((value) => typeof value === 'function'),
  getNumOfTensors: z.custom<() => number>((value) => typeof value === 'function'),
  createTensor: z.custom<(shape: readonly number[], type: number, values: Values) => number>(
    (value) => typeof value === 'function',
  ),
  deleteTensor: z.custom<(id: number) => void>((value) => typeof value === 'function'),
  tensorDataSync: z.custom<(id: number) => Values>((value) => typeof value === 'function'),
  executeOp: z.custom<
    (op: string, attributes: readonly object[], inputs: readonly number[], outputs: number) => Executed
  >((value) => typeof value === 'function'),
  TF_FLOAT: z.number(),
  TF_INT32: z.number(),
  TF_BOOL: z.number(),
  TF_ATTR_STRING: z.number(),
  TF_ATTR_INT: z.number(),
  TF_ATTR_FLOAT: z.number(),
  TF_ATTR_BOOL: z.number(),
  TF_ATTR_TYPE: z.number(),
});
type Binding = z.infer<typeof bindingSchema>;

/**
 * TensorFlow's eager runtime through @tensorflow/tfjs-node-gpu, or @tensorflow/tfjs-node. Its ops block the thread and
 * its library may bring a process down: only a process of its own calls this, and tests.
 * Throws `backend/unavailable` with what is missing and how to get it.
 */
export function loadTensorflowDevice(): TensorflowDevice {
  const require = createRequire(import.meta.url);
  restoreUtilities(require);
  // Before the library is loaded: no banner on standard error, and no grabbing of all GPU memory.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  const reasons: string[] = [];
  for (const name of packages) {
    const path = findBinding(name);
    if (path === null) {
      reasons.push(`${name} has no compiled library`);
      continue;
    }
    try {
      return deviceOf(bindingSchema.parse(require(path)));
    } catch (cause) {
      reasons.push(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  throw notSetUp(reasons);
}

/** Whether there is a library to load; without one no process needs to be started to find that out. */
export function isTensorflowSetUp(): boolean {
  return packages.some((name) => findBinding(name) !== null);
}

/** What is missing, and how it is had. */
export function notSetUp(
  reasons: readonly string[] = packages.map((name) => `${name} has no compiled library`),
): WorkbenchError {
  return new WorkbenchError('backend/unavailable', `TensorFlow is not set up: ${reasons.join('; ')}`, {
    hint: 'Run "npm run tensorflow" to fetch its library (CUDA 11.2 and cuDNN 8.1 for a GPU), or "npm run tensorflow -- FOLDER" with the folder of an installed Python package tensorflow.',
  });
}

/** Where the package keeps its binding, by the version of Node-API it was made for: the newest that is there. */
function findBinding(name: string): string | null {
  const folder = join(programRoot(), 'node_modules', name, 'lib');
  if (!existsSync(folder)) return null;
  const versions = readdirSync(folder)
    .flatMap((entry) => /^napi-v(\d+)$/.exec(entry)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
  const paths = versions.map((version) => join(folder, `napi-v${version}`, 'tfjs_binding.node'));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** Functions that Node 23 removed and the packages of 2024 still call. */
function restoreUtilities(require: NodeJS.Require): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function deviceOf(binding: Binding): TensorflowDevice {
  const types: Readonly<Record<ElementType, number>> = {
    float: binding.TF_FLOAT,
    int: binding.TF_INT32,
    bool: binding.TF_BOOL,
  };
  const attributeOf = ({ name, kind, value }: Attribute): object => {
    switch (kind) {
      case 'type':
        return { name, type: binding.TF_ATTR_TYPE, value: types[value] };
      case 'bool':
        return { name, type: binding.TF_ATTR_BOOL, value };
      case 'int':
        return { name, type: binding.TF_ATTR_INT, value };
      case 'float':
        return { name, type: binding.TF_ATTR_FLOAT, value };
      case 'string':
        return { name, type: binding.TF_ATTR_STRING, value };
    }
  };
  const read = (handle: Handle): Values => binding.tensorDataSync(handle);
  return {
    version: binding.TF_Version,
    gpu: binding.isUsingGpuDevice(),
    createFloats: (shape, values) => binding.createTensor([...shape], binding.TF_FLOAT, values),
    createInts: (shape, values) => binding.createTensor([...shape], binding.TF_INT32, values),
    readFloats: (handle) => Float32Array.from(read(handle)),
    readInts: (handle) => Int32Array.from(read(handle)),
    execute: (op, attributes, inputs, outputs) => {
      try {
        return binding.executeOp(op, attributes.map(attributeOf), [...inputs], outputs).map(({ id }) => id);
      } catch (cause) {
        throw new WorkbenchError('internal', `TensorFlow refused the op ${op}`, { cause });
      }
    },
    release: (handle) => binding.deleteTensor(handle),
    liveTensors: () => binding.getNumOfTensors(),
  };
}
