import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPortableBackend } from '../../engine/backends/portable/index.ts';
import type { WorkbenchError } from '../../engine/base/errors.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { CaseBuilder } from '../support/case-builder.ts';

const bytes = (name: string): Uint8Array =>
  readFileSync(new URL(`../../engine/backends/portable/${name}.wasm`, import.meta.url));
const create = () => createPortableBackend({ simd: bytes('kernels'), relaxed: new Uint8Array() });

/** A plan that holds nothing but one large slot. */
function planOf(elements: number): Plan {
  const { plan } = new CaseBuilder('plan', { timesteps: 2, batch: 3 }).build([]);
  const id = plan.slots.length;
  const slot = { id, name: 'large', type: 'float', role: 'activation', fixed: elements } as const;
  return { ...plan, slots: [...plan.slots, { ...slot, perSequenceRow: 0, perBatchRow: 0 }] };
}

async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return (error as WorkbenchError).code;
  }
  return 'nothing was thrown';
}

describe('the portable backend', () => {
  it('refuses a plan beyond 4 GiB with its size, and one that would fit in no addresses at all', async () => {
    const backend = create();
    await expect(backend.prepare(planOf(2 ** 30))).rejects.toMatchObject({
      code: 'backend/unsupported',
      message: 'The portable backend has at most 4 GiB of memory, and this plan needs 4.0 GiB',
    });
    expect(await codeOf(() => backend.prepare(planOf(2 ** 31)))).toBe('backend/unsupported');
  });

  it('estimates the memory it takes', async () => {
    const backend = create();
    const small = backend.estimate(planOf(1));
    expect(backend.estimate(planOf(1_000_000)) - small).toBeGreaterThanOrEqual(4_000_000 - 65536);
    expect(backend.estimate(planOf(1_000_000)) - small).toBeLessThanOrEqual(4_000_000 + 65536);
  });

  it('reaches memory beyond 2 and 3 GiB, where 32-bit offsets are negative', async () => {
    const { plan } = new CaseBuilder('plan', { timesteps: 1, batch: 1 }).build([]);
    const first = plan.slots.length;
    const slot = { type: 'float', role: 'average', perSequenceRow: 0, perBatchRow: 0 } as const;
    const slots = [
      ...plan.slots,
      { ...slot, id: first, name: 'untouched', fixed: 2 ** 29 },
      { ...slot, id: first + 1, name: 'parameter', fixed: 9000 },
      { ...slot, id: first + 2, name: 'untouched too', fixed: 2 ** 28 },
      { ...slot, id: first + 3, name: 'average', fixed: 9000 },
    ];
    const op = {
      kind: 'movingAverage',
      parameter: first + 1,
      average: first + 3,
      decay: 0.5,
    } as const;
    const executable = await create().prepare({
      ...plan,
      slots,
      programs: { ...plan.programs, update: [op] },
    });
    executable.writeFloats(first + 1, new Float32Array(9000).fill(3));
    executable.writeFloats(first + 3, new Float32Array(9000).fill(1));
    await executable.run('update', plan.extent);
    expect(new Set(await executable.readFloats(first + 3, 9000))).toEqual(new Set([2]));
    executable.dispose();
  });

  it('refuses bytes that are no WebAssembly', async () => {
    const none = new Uint8Array([1, 2, 3]);
    expect(await codeOf(() => createPortableBackend({ simd: none, relaxed: none }))).toBe(
      'backend/unavailable',
    );
  });

  it('refuses to write or read beyond a slot, to run beyond its plan, and to be used after its end', async () => {
    const plan = planOf(10);
    const last = plan.slots.length - 1;
    const executable = await create().prepare(plan);
    executable.writeFloats(last, new Float32Array(10).fill(3));
    expect([...(await executable.readFloats(last, 2))]).toEqual([3, 3]);
    expect(await codeOf(() => executable.writeFloats(last, new Float32Array(11)))).toBe('internal');
    expect(await codeOf(() => executable.readFloats(last, 11))).toBe('internal');
    expect(await codeOf(() => executable.run('predict', { timesteps: 3, batch: 3 }))).toBe('internal');
    executable.dispose();
    expect(await codeOf(() => executable.readFloats(last, 1))).toBe('internal');
  });
});
