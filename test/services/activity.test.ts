import { expect, it } from 'vitest';
import { Activity } from '../../main/services/events/activity.ts';

it('lets what can wait wait until all that goes on has ended, however it ends', async () => {
  const activity = new Activity();
  await activity.settled(0);
  const told: string[] = [];
  const ends: (() => void)[] = [];
  const first = activity.during(() => new Promise<void>((resolve) => ends.push(resolve)));
  const second = activity.during(
    () => new Promise<void>((_, reject) => ends.push(() => reject(new Error('it failed')))),
  );
  const failed = second.catch(() => told.push('second failed'));
  const waiting = activity.settled(1).then(() => told.push('settled'));
  ends[0]?.();
  await first.then(() => told.push('first ended'));
  ends[1]?.();
  await failed;
  await waiting;
  expect(told).toEqual(['first ended', 'second failed', 'settled']);
});
