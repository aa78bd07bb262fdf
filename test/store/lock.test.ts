import { describe, expect, it } from 'vitest';
import { acquireLock, lockHolder } from '../../engine/store/lock.ts';
import { MemoryFiles } from './memory-files.ts';
import { platformOf } from './support.ts';

describe('the lock of a project', () => {
  it('keeps a second writer out and names the first', async () => {
    const files = new MemoryFiles();
    const running = { 100: 'noon', 200: 'one' };
    const lock = await acquireLock(platformOf(files, running, 100), 'p');
    await expect(acquireLock(platformOf(files, running, 200), 'p')).rejects.toThrow(
      'The project is in use by process 100',
    );
    expect(await lockHolder(platformOf(files, running, 200), 'p')).toBe(100);
    await lock.release();
    expect(await lockHolder(platformOf(files, running, 200), 'p')).toBeNull();
    await acquireLock(platformOf(files, running, 200), 'p');
  });

  it('is refused to the process that already holds it, and stays held', async () => {
    const files = new MemoryFiles();
    await acquireLock(platformOf(files), 'p');
    await expect(acquireLock(platformOf(files), 'p')).rejects.toMatchObject({ code: 'store/in-use' });
    expect(await lockHolder(platformOf(files), 'p')).toBe(100);
  });

  it('is free at once when its process was killed', async () => {
    const files = new MemoryFiles();
    await acquireLock(platformOf(files, { 100: 'noon' }, 100), 'p');
    await acquireLock(platformOf(files, { 200: 'one' }, 200), 'p');
    expect((await files.list('p/locks')).filter((name) => name.startsWith('100-'))).toEqual([]);
  });

  it('is free when another process has got the number of a dead one', async () => {
    const files = new MemoryFiles();
    await acquireLock(platformOf(files, { 100: 'noon' }, 100), 'p');
    await acquireLock(platformOf(files, { 100: 'evening', 200: 'one' }, 200), 'p');
  });

  it('of another machine counts, and its file is named', async () => {
    const files = new MemoryFiles();
    await acquireLock(platformOf(files, { 100: 'noon' }, 100, 'server-1'), 'p');
    await expect(acquireLock(platformOf(files, { 200: 'one' }, 200, 'desk'), 'p')).rejects.toMatchObject({
      message: 'The project is in use by process 100 on server_1',
      hint: expect.stringContaining('p/locks/100-noon-server_1.lock'),
    });
  });

  it('is never held by two that start at the same moment', async () => {
    const running = { 100: 'noon', 200: 'noon' };
    const files = new MemoryFiles();
    const outcomes = await Promise.allSettled([
      acquireLock(platformOf(files, running, 100), 'p'),
      acquireLock(platformOf(files, running, 200), 'p'),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
  });
});
