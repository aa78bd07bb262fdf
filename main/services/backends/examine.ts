import { availableParallelism, cpus, totalmem } from 'node:os';
import type { BackendName } from '../../../engine/backends/backend.ts';
import { type RefusedBackend, selectBackend } from '../../../engine/backends/select.ts';
import { selfTest } from '../../../engine/backends/selftest.ts';
import type { AdapterDescription } from '../../../engine/backends/webgpu/index.ts';
import { describeError, WorkbenchError } from '../../../engine/base/errors.ts';
import type { RunRecord } from '../../../engine/contract/run.ts';
import { startWebGpu } from '../../platform/webgpu/open.ts';
import type { ServiceHost } from '../host.ts';

export interface Examination {
  readonly program: RunRecord['program'];
  readonly machine: {
    readonly processor: string;
    /** Cores that this process may use. */
    readonly cores: number;
    readonly memoryBytes: number;
  };
  readonly backends: readonly ExaminedBackend[];
}

export interface ExaminedBackend {
  readonly name: BackendName;
  readonly usable: boolean;
  /** What it runs on, or why it cannot be used. */
  readonly detail: string;
  /** Whether `auto` takes it. */
  readonly chosen: boolean;
}

/** Tries every backend, self-test included. */
export async function examine(host: ServiceHost): Promise<Examination> {
  const automatic = await attempt(host, 'auto');
  const backends: ExaminedBackend[] = [];
  for (const { name } of host.backends(null)) {
    const { usable, detail } = await attempt(host, name);
    backends.push({ name, usable, detail, chosen: automatic.name === name });
  }
  const machine = {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
  return { program: host.program, machine, backends };
}

/** The graphics adapter that Dawn finds, with its limits and features; or why there is none. */
export async function examineAdapter(): Promise<AdapterDescription | { readonly reason: string }> {
  try {
    const backend = await startWebGpu();
    if ('reason' in backend) return backend;
    backend.dispose();
    return backend.adapter;
  } catch (error) {
    return { reason: describeError(error) };
  }
}

async function attempt(
  host: ServiceHost,
  wish: BackendName | 'auto',
): Promise<{ readonly name: BackendName | null; readonly usable: boolean; readonly detail: string }> {
  try {
    const { backend } = await selectBackend(host.backends(null), wish, selfTest);
    backend.dispose();
    return { name: backend.info.name, usable: true, detail: backend.info.description };
  } catch (error) {
    return { name: null, usable: false, detail: reasonOf(error) };
  }
}

/** Why one backend was refused, without the sentence around it. */
function reasonOf(error: unknown): string {
  const refused = error instanceof WorkbenchError ? error.data.refused : undefined;
  const [first] = Array.isArray(refused) ? (refused as RefusedBackend[]) : [];
  return first?.reason ?? describeError(error);
}
