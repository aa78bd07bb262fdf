import { evaluate } from '../../../engine/infer/evaluate.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import type { ServiceHost } from '../host.ts';
import type { AssembledRun } from './assemble.ts';

/**
 * Metrics of the weights now on the backend on the test part (`test.loss`, `test.rmse`, ...), and of naive baselines
 * on the same samples (`naive.last.rmse`, ...).
 */
export async function measureModel(
  host: ServiceHost,
  { built, executable, backend, data }: AssembledRun,
): Promise<Record<string, number>> {
  const runner = new Runner(built, executable, backend.info.precision);
  const test = await evaluate(runner, data.test, { scales: null, pause: host.pause });
  return prefixed('test', test);
}

function prefixed(prefix: string, metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${prefix}.${name}`, value]));
}
