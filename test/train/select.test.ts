import { describe, expect, it } from 'vitest';
import type { Backend, BackendName } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { type BackendCandidate, selectBackend } from '../../engine/backends/select.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';

/** A backend that only has a name, and counts how often it was disposed of. */
function named(name: BackendName): Backend & { disposed: number } {
  const backend = {
    ...createReferenceBackend(),
    info: { name, precision: 'float32' as const, description: `pretended ${name}`, threads: 1 },
    disposed: 0,
    dispose: () => {
      backend.disposed += 1;
    },
  };
  return backend;
}

function candidate(name: BackendName, made: Backend | { reason: string } = named(name)): BackendCandidate {
  return { name, create: async () => made };
}

const passes = async () => true as const;

describe('choosing a backend', () => {
  it('takes native before portable and never the reference by itself', async () => {
    const all = [candidate('reference'), candidate('portable'), candidate('native')];
    const { backend, decision } = await selectBackend(all, 'auto', passes);
    expect(backend.info.name).toBe('native');
    expect(decision).toMatchObject({ event: 'decision', subject: 'backend', choice: 'native' });
    await expect(selectBackend([candidate('reference')], 'auto', passes)).rejects.toMatchObject({
      code: 'backend/unavailable',
    });
    expect((await selectBackend(all, 'reference', passes)).backend.info.name).toBe('reference');
  });

  it('says which backend was refused and why', async () => {
    const native: BackendCandidate = {
      name: 'native',
      create: async () => {
        throw new WorkbenchError('backend/unavailable', 'The native kernels are not built');
      },
    };
    const chosen = await selectBackend([native, candidate('portable')], 'auto', passes);
    expect(chosen.backend.info.name).toBe('portable');
    expect(chosen.refused).toEqual([{ name: 'native', reason: 'The native kernels are not built.' }]);
    expect(chosen.decision.reason).toContain('native was refused: The native kernels are not built');
  });

  it('refuses a backend that computes wrongly, and gives it back', async () => {
    const wrong = named('native');
    const test = async (backend: Backend) =>
      backend.info.name === 'native' ? { reason: 'the gradient of U is off by 0.5' } : (true as const);
    const chosen = await selectBackend([candidate('native', wrong), candidate('portable')], 'auto', test);
    expect(chosen.refused[0]?.reason).toBe('it failed its self-test: the gradient of U is off by 0.5');
    expect(wrong.disposed).toBe(1);
    await expect(selectBackend([candidate('native', wrong)], 'native', test)).rejects.toThrow('off by 0.5');
  });

  it('measures devices against the processor and takes the fastest', async () => {
    const all = [candidate('native'), candidate('webgpu'), candidate('tensorflow')];
    const times = { native: 4, webgpu: 1.5, tensorflow: 2 };
    const time = async ({ info }: Backend) => times[info.name as keyof typeof times];
    const chosen = await selectBackend(all, 'auto', passes, time);
    expect(chosen.backend.info.name).toBe('webgpu');
    expect(chosen.decision.reason).toContain('webgpu 1.50 ms, tensorflow 2.00 ms, native 4.00 ms');
    times.native = 1;
    expect((await selectBackend(all, 'auto', passes, time)).backend.info.name).toBe('native');
  });

  it('never takes a software adapter by itself, and does not time what fails', async () => {
    const pretended = named('webgpu');
    const software = { ...pretended, info: { ...pretended.info, software: true } };
    const time = async () => 1;
    const only = [candidate('native'), candidate('webgpu', software)];
    expect((await selectBackend(only, 'auto', passes, time)).backend.info.name).toBe('native');
    const failing = [candidate('native'), candidate('webgpu')];
    const chosen = await selectBackend(failing, 'auto', passes, async ({ info }) => {
      if (info.name === 'webgpu')
        throw new WorkbenchError('backend/unavailable', 'The GPU has no memory left');
      return 1;
    });
    expect(chosen.backend.info.name).toBe('native');
    expect(chosen.refused).toEqual([{ name: 'webgpu', reason: 'The GPU has no memory left.' }]);
  });

  it('names what a build does not have', async () => {
    await expect(selectBackend([], 'webgpu', passes)).rejects.toThrow('this build has no backend "webgpu"');
  });
});
