import { expect, it } from 'vitest';
import { storageMemory } from '../../renderer/gpu-host/memory.ts';

function storage(limit: number) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (kept.size >= limit) throw new Error('QuotaExceededError');
      kept.set(key, value);
    },
  };
}

it('keeps measurements from one start to the next', async () => {
  const page = storage(10);
  await storageMemory(page).set('card | tile of 1x2x3 nn', 4);
  expect(await storageMemory(page).get('card | tile of 1x2x3 nn')).toBe(4);
  expect(await storageMemory(page).get('card | tile of 1x2x4 nn')).toBeUndefined();
});

it('measures again what is damaged or was not kept', async () => {
  const page = storage(1);
  const memory = storageMemory(page);
  await memory.set('one', 1);
  await memory.set('two', 2);
  expect(await memory.get('two')).toBeUndefined();
  for (const key of page.kept.keys()) page.kept.set(key, 'x');
  expect(await memory.get('one')).toBeUndefined();
});
