import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { checkNativeBinding, createNativeBackend } from '../../engine/backends/native/index.ts';
import { createNativeProbe } from '../../engine/backends/native/probe.ts';
import { type BenchResult, runBench } from '../../main/services/bench/run-bench.ts';
import { type BenchShape, benchShapes } from '../../main/services/bench/shape.ts';

export const shapes: readonly BenchShape[] = benchShapes;

/** Times our step on the native backend. Throws where the addon is not built: there is nothing to compare then. */
export async function measure(shape: BenchShape, threads: number, seconds: number): Promise<BenchResult> {
  const addon = fileURLToPath(new URL('../../build/native/gru_kernels.node', import.meta.url));
  const binding = checkNativeBinding(createRequire(import.meta.url)(addon));
  const backend = createNativeBackend(binding, { threads });
  const probe = createNativeProbe(binding, { threads });
  return runBench({ shape, backend, probe, now: () => performance.now(), duration: seconds * 1000 });
}

/** Model and cores of this machine's processor. */
export function processor(): string {
  const cpuinfo = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const models = [...cpuinfo.matchAll(/^model name\s*: (.*)$/gm)].map((match) => match[1] ?? '');
  return models.length === 0 ? `${process.platform} ${process.arch}` : `${models[0]}, ${models.length} cores`;
}
