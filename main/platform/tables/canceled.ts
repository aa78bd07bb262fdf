import { WorkbenchError } from '../../../engine/base/errors.ts';

/** @throws data/canceled once a person has asked to stop. */
export function requireGoing(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted !== true) return;
  throw new WorkbenchError('data/canceled', 'The import was stopped', {
    where: name,
    hint: 'Nothing was changed.',
  });
}
