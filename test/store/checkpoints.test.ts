import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import {
  listCheckpoints,
  loadCheckpoint,
  newestCheckpoint,
  removeLeftovers,
  retainCheckpoints,
  saveCheckpoint,
  setAside,
} from '../../engine/store/checkpoints.ts';
import type { StorePlatform } from '../../engine/store/file-system.ts';
import { Crash, type Fault, MemoryFiles } from './memory-files.ts';
import { platformOf, stateAt } from './support.ts';

const folder = 'p/runs/run-001/checkpoints';

async function save(platform: StorePlatform, step: number, best = false): Promise<string> {
  const journals = { metrics: step * 100, events: step };
  return saveCheckpoint(platform, folder, stateAt(step, best), {
    seed: 7,
    best,
    journals,
    seconds: step / 2,
  });
}

async function fresh(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await files.makeDirectory(folder);
  await files.syncDirectory(folder);
  return files;
}

/** What a process does between two epochs: save, then keep what should be kept. */
async function scenario(files: MemoryFiles): Promise<void> {
  const platform = platformOf(files);
  for (const [step, best] of [
    [10, true],
    [20, false],
    [20, true],
    [30, false],
  ] as const) {
    await save(platform, step, best);
    await retainCheckpoints(platform, folder, 1);
  }
}

describe('checkpoints', () => {
  it('bring back the exact state, in its precision', async () => {
    const platform = platformOf(await fresh());
    await save(platform, 20, true);
    const { state, manifest } = await loadCheckpoint(platform, folder, '20');
    expect(state).toEqual(stateAt(20, true));
    expect(state.parameters.get('output.bias')).toBeInstanceOf(Float64Array);
    expect(Object.is(state.parameters.get('gru.0.forward.kernel')?.[2], -0)).toBe(true);
    expect(manifest.journals).toEqual({ metrics: 2000, events: 20 });
  });

  it('keep a loss that is no number', async () => {
    const platform = platformOf(await fresh());
    const state = { ...stateAt(3), epochLossSum: Number.NaN, epochWeightSum: Number.NEGATIVE_INFINITY };
    const details = { seed: 1, best: false, journals: { metrics: 0, events: 0 }, seconds: 0 };
    await saveCheckpoint(platform, folder, state, details);
    expect((await loadCheckpoint(platform, folder, '3')).state).toEqual(state);
  });

  it('at the same step stand beside each other, the later one newer', async () => {
    const platform = platformOf(await fresh());
    await save(platform, 9);
    await save(platform, 10);
    expect(await save(platform, 10, true)).toBe('10.1');
    expect(await listCheckpoints(platform, folder)).toEqual(['10.1', '10', '9']);
    expect((await newestCheckpoint(platform, folder)).checkpoint?.state.best).not.toBeNull();
  });

  it('are kept: the newest and the best', async () => {
    const platform = platformOf(await fresh());
    for (let step = 1; step <= 12; step++) await save(platform, step, step === 4);
    await retainCheckpoints(platform, folder, 2);
    expect(await listCheckpoints(platform, folder)).toEqual(['12', '11', '4']);
  });

  it('survive a process that dies at any moment', async () => {
    const dry = await fresh();
    const start = dry.writes;
    await scenario(dry);
    const saved: number[] = [];
    for (const kind of ['crash', 'torn'] as const) {
      for (let at = start; at < dry.writes; at++) {
        const files = await fresh();
        files.fault = { at, kind };
        await expect(scenario(files)).rejects.toThrow(Crash);
        const platform = platformOf(files.afterKill());
        const { checkpoint, damaged } = await newestCheckpoint(platform, folder);
        expect(damaged).toEqual([]);
        if (checkpoint !== null)
          expect(checkpoint.state.parameters).toEqual(stateAt(checkpoint.step).parameters);
        saved.push(checkpoint?.step ?? 0);
        // The next process tidies up and goes on.
        await removeLeftovers(platform, folder);
        expect((await platform.files.list(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
        await save(platform, 40);
        expect((await newestCheckpoint(platform, folder)).checkpoint?.step).toBe(40);
      }
      // What is saved never goes back: later crashes find later states.
      expect(saved).toEqual([...saved].sort((a, b) => a - b));
      expect(saved.at(-1)).toBe(30);
      saved.length = 0;
    }
  });

  it('survive a power failure at any moment', async () => {
    const dry = await fresh();
    const start = dry.writes;
    await scenario(dry);
    for (let at = start; at < dry.writes; at++) {
      const files = await fresh();
      files.fault = { at, kind: 'torn' };
      await expect(scenario(files)).rejects.toThrow(Crash);
      const before = await listCheckpoints(platformOf(files.afterKill()), folder);
      const { checkpoint, damaged } = await newestCheckpoint(platformOf(files.afterPowerFailure()), folder);
      expect(damaged).toEqual([]);
      // At most the checkpoint whose name was just made is lost.
      if (before.length > 1) expect(checkpoint).not.toBeNull();
      if (checkpoint !== null)
        expect(checkpoint.state.parameters).toEqual(stateAt(checkpoint.step).parameters);
    }
  });

  it.each(['ENOSPC', 'EROFS', 'EACCES'] as const)('are whole when writing fails with %s', async (kind) => {
    const dry = await fresh();
    await save(platformOf(dry), 10);
    const start = dry.writes;
    await save(platformOf(dry), 20);
    for (let at = start; at < dry.writes; at++) {
      const files = await fresh();
      const platform = platformOf(files);
      await save(platform, 10);
      files.fault = { at, kind, lasting: true } satisfies Fault;
      const failure = await save(platform, 20).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(WorkbenchError);
      expect((failure as WorkbenchError).code).toBe(
        kind === 'ENOSPC' ? 'store/disk-full' : 'store/read-only',
      );
      files.fault = null;
      const { checkpoint, damaged } = await newestCheckpoint(platform, folder);
      expect(damaged).toEqual([]);
      expect([10, 20]).toContain(checkpoint?.step);
    }
  });

  it('that are damaged are named and passed over', async () => {
    for (const file of ['weights.safetensors', 'optimizer.safetensors', 'rng.json', 'manifest.json']) {
      for (const damage of ['flip', 'cut', 'remove'] as const) {
        const files = await fresh();
        const platform = platformOf(files);
        await save(platform, 10);
        await save(platform, 20);
        const path = `${folder}/20/${file}`;
        const bytes = files.files.get(path) ?? new Uint8Array(0);
        if (damage === 'flip') bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x80;
        if (damage === 'cut') files.files.set(path, bytes.slice(0, -3));
        if (damage === 'remove') files.files.delete(path);
        const { checkpoint, damaged } = await newestCheckpoint(platform, folder);
        expect(checkpoint?.step).toBe(10);
        expect(damaged).toHaveLength(1);
        expect(damaged[0]?.error.code).toBe('store/damaged');
        expect(damaged[0]?.error.where).toBe(path);
        await setAside(platform, folder, '20');
        expect(await listCheckpoints(platform, folder)).toEqual(['10']);
        expect(await platform.files.list(folder)).toContain('damaged-20');
      }
    }
  });
});
