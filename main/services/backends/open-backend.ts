import type { Backend } from '../../../engine/backends/backend.ts';
import { describeError, WorkbenchError } from '../../../engine/base/errors.ts';
import type { Decision } from '../../../engine/data/propose.ts';
import type { Plan } from '../../../engine/plan/plan.ts';
import { programNames } from '../../../engine/plan/plan.ts';
import { type BackendSource, backendSources } from '../../platform/backends.ts';
import type { OpenedBackend } from '../host.ts';
import type { BackendWish } from '../runs/assemble.ts';

/**
 * The backend that a person named, or for `auto` the fastest that works here and supports every op of the plan; which
 * one, and why not a faster one, is told as a decision.
 * Rejects with `backend/unavailable` or `backend/unsupported` when the named one cannot be had.
 */
export async function openBackend(wish: BackendWish, plan: Plan): Promise<OpenedBackend> {
  if (wish.name !== 'auto') {
    const source = backendSources.find(({ name }) => name === wish.name);
    if (source === undefined) {
      throw new WorkbenchError('backend/unavailable', `This program has no backend "${wish.name}" yet`, {
        where: 'backend.name',
        hint: `There are ${backendSources.map(({ name }) => name).join(', ')}.`,
      });
    }
    return { backend: await openSupporting(source, wish.threads, plan), decisions: [] };
  }
  const refused: string[] = [];
  for (const source of backendSources) {
    try {
      const backend = await openSupporting(source, wish.threads, plan);
      return { backend, decisions: refused.length === 0 ? [] : [decision(backend, refused)] };
    } catch (error) {
      if (!(error instanceof WorkbenchError) || !error.code.startsWith('backend/')) throw error;
      refused.push(`${source.name}: ${describeError(error)}`);
    }
  }
  throw new WorkbenchError('backend/unavailable', 'No backend can compute this model here', {
    hint: refused.join(' '),
  });
}

async function openSupporting(source: BackendSource, threads: number | null, plan: Plan): Promise<Backend> {
  const backend = await source.open(threads);
  for (const program of programNames) {
    for (const op of plan.programs[program]) {
      const support = backend.supports(op);
      if (support === true) continue;
      backend.dispose();
      throw new WorkbenchError(
        'backend/unsupported',
        `The backend ${source.name} cannot compute this model`,
        {
          hint: support.reason,
        },
      );
    }
  }
  return backend;
}

function decision(backend: Backend, refused: readonly string[]): Decision {
  return { subject: 'backend', choice: backend.info.name, reason: refused.join(' ') };
}
