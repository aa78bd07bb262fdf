import { evaluate } from '../../../engine/infer/evaluate.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import { naiveBaselines, naiveScales } from '../../../engine/train/baselines.ts';
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
  const test = await evaluate(runner, data.test, { scales: naiveScales(data), pause: host.pause });
  const named = Object.entries(test).map(([name, value]) => [`test.${name}`, value]);
  return { ...Object.fromEntries(named), ...naiveBaselines(data) };
}
