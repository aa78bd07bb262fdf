import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createNativeBackend, type NativeBinding } from '../../engine/backends/native/index.ts';
import { RandomStream } from '../../engine/base/rng.ts';
import { programNames } from '../../engine/plan/plan.ts';
import { benchPlan } from '../../main/services/bench/bench-plan.ts';
import { loadNative } from '../support/backends.ts';
import { cases } from '../support/cases.ts';
import { runCase } from '../support/run-case.ts';

/** Any number of threads gives the same bits, and threads end with the environment that started them. */
const binding = loadNative();

if (typeof binding === 'string') {
  it.skip(`native threads: ${binding}`, () => {});
} else {
  describe('thread counts', () => {
    const one = createNativeBackend(binding, { threads: 1 });
    const others = [2, 3].map((threads) => createNativeBackend(binding, { threads }));
    for (const source of cases) {
      it(`${source.name}: the same bits on 1, 2 and 3 threads`, async () => {
        const testCase = source.build();
        const expected = await runCase(one, testCase);
        for (const other of others) expect(await runCase(other, testCase)).toEqual(expected);
      });
    }

    it.each([
      { inputs: 5, units: 19, batch: 1, timesteps: 300 },
      { inputs: 3, units: 70, batch: 7, timesteps: 41 },
      { inputs: 40, units: 33, batch: 150, timesteps: 3 },
      { inputs: 300, units: 270, batch: 6, timesteps: 4 },
    ])(
      'training $inputs -> $units, batch $batch, $timesteps steps: the same bits after 3 steps',
      async (shape) => {
        const trained = await Promise.all([1, 2, 3].map((threads) => train(binding, threads, shape)));
        expect(trained[1]).toEqual(trained[0]);
        expect(trained[2]).toEqual(trained[0]);
      },
    );
  });

  describe('threads of an environment', () => {
    const addon = fileURLToPath(new URL('../../build/native/gru_kernels.node', import.meta.url));
    const program = `
      const { parentPort } = require('node:worker_threads');
      const binding = require(${JSON.stringify(addon)});
      parentPort.postMessage(binding.multiplyLoop(0, 4, 1000));
    `;

    it('end with a worker, time after time', async () => {
      for (let i = 0; i < 5; i++) {
        const worker = new Worker(program, { eval: true });
        const done = await new Promise((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
        expect(done).toBeGreaterThan(0);
        await worker.terminate();
      }
      expect(binding.multiplyLoop(0, 4, 1000)).toBeGreaterThan(0);
    });
  });
}

async function train(
  native: NativeBinding,
  threads: number,
  shape: Parameters<typeof benchPlan>[0],
): Promise<readonly unknown[]> {
  const { plan, input, target, rowWeights, parameters } = benchPlan(shape);
  const executable = await createNativeBackend(native, { threads }).prepare(plan);
  const random = new RandomStream(3, 0);
  const uniform = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.nextFloat() - 0.5);
  const rows = shape.batch * shape.timesteps;
  executable.writeFloats(input, uniform(rows * shape.inputs));
  executable.writeFloats(target, uniform(rows * shape.units));
  executable.writeFloats(rowWeights, new Float32Array(rows).fill(1));
  for (const parameter of parameters) executable.writeFloats(parameter.id, uniform(parameter.fixed));
  executable.writeFloats(plan.scalars, Float32Array.of(1 / (rows * shape.units), 0.01, 1, 1));
  for (let step = 0; step < 3; step++) {
    for (const program of programNames) await executable.run(program, plan.extent);
  }
  const floats = plan.slots.filter((slot) => slot.type === 'float' && slot.name !== 'random');
  return floats.map((slot) => executable.readFloats(slot.id, slot.fixed));
}
