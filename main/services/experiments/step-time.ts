import type { Backend } from '../../../engine/backends/backend.ts';
import { Runner } from '../../../engine/infer/runner.ts';
import type { PlannedModel } from './describe-model.ts';

/** Multiply-adds after which a measurement stops growing: about a tenth of a second on one core. */
const enoughWork = 1e9;

/**
 * Seconds that a training step takes here: the model's own plan, run on zeros. A long sequence is measured on its
 * beginning, as time is linear in the number of timesteps.
 */
export async function measureStep(planned: PlannedModel, backend: Backend): Promise<number> {
  const { built, model, longest } = planned;
  const { batch } = built.plan.extent;
  const work = Math.max(1, model.parameterCount) * batch * 3;
  const timesteps = Math.max(1, Math.min(longest, Math.floor(enoughWork / work)));
  const executable = await backend.prepare(built.plan);
  try {
    const runner = new Runner(built, executable, backend.info.precision);
    const filled = runner.createBatch();
    filled.timesteps = timesteps;
    filled.lengths.fill(timesteps);
    filled.weights.fill(1);
    runner.writeBatch(filled);
    const step = async (): Promise<number> => {
      const started = performance.now();
      await runner.run('gradients', filled);
      await runner.run('update', filled);
      await runner.executable.readFloats(built.plan.results, 1);
      return (performance.now() - started) / 1000;
    };
    // The first one warms up.
    await step();
    const seconds = Math.min(await step(), await step());
    return seconds * (longest / timesteps);
  } finally {
    executable.dispose();
  }
}
