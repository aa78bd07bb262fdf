import type { Backend } from '../../../engine/backends/backend.ts';
import { type BackendCandidate, selectBackend, type TimeStep } from '../../../engine/backends/select.ts';
import { selfTest } from '../../../engine/backends/selftest.ts';
import { measureStep, timingKey } from '../../../engine/backends/step-time.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Decision } from '../../../engine/data/propose.ts';
import { type Plan, programNames } from '../../../engine/plan/plan.ts';
import { createTimingCache } from '../../platform/timings.ts';
import type { OpenedBackend } from '../host.ts';
import type { BackendWish } from '../runs/assemble.ts';

/**
 * The backend that a person named, or for `auto` the fastest that works here; how it was chosen is told as a decision.
 * Rejects with `backend/unavailable`, or with `backend/unsupported` when it lacks an op of the plan.
 */
export async function openBackend(
  candidates: readonly BackendCandidate[],
  wish: BackendWish['name'],
  plan: Plan,
): Promise<OpenedBackend> {
  const time: TimeStep = (candidate) => timeStep(candidate, plan);
  const { backend, decision } = await selectBackend(candidates, wish, selfTest, time);
  try {
    requireOps(backend, plan);
  } catch (error) {
    backend.dispose();
    throw error;
  }
  const { subject, choice, reason } = decision;
  return { backend, decisions: [{ subject, choice, reason }, ...storageDecisions(backend, plan)] };
}

/** What became of the wish to keep recurrences in float16; nothing where there was none. */
function storageDecisions(backend: Backend, plan: Plan): Decision[] {
  if (plan.storage !== 'float16') return [];
  const recurrences = plan.programs.gradients.filter(({ kind }) => kind === 'gruForward').length;
  const kept = backend.halves?.(plan).size ?? 0;
  if (kept > 0 && kept === recurrences) {
    const reason = 'gates, their gradients and recurrent weights of all recurrences are kept in float16';
    return [{ subject: 'storage', choice: 'float16', reason }];
  }
  const reason =
    backend.halves === undefined
      ? `the backend "${backend.info.name}" keeps float32 whatever backend.storage says`
      : `float16 is for recurrences of more than 192 units, in multiples of 4, without layer normalization: ${kept} of ${recurrences} here`;
  return [{ subject: 'storage', choice: kept > 0 ? 'float16' : 'float32', reason }];
}

/** Measured once for each backend and kind of plan on this machine. */
async function timeStep(backend: Backend, plan: Plan): Promise<number> {
  requireOps(backend, plan);
  const cache = createTimingCache();
  const key = timingKey(backend, plan);
  const known = await cache.get(key);
  if (known !== undefined) return known;
  const milliseconds = await measureStep(backend, plan, () => performance.now());
  await cache.set(key, milliseconds);
  return milliseconds;
}

function requireOps(backend: Backend, plan: Plan): void {
  const ops = programNames.flatMap((program) => plan.programs[program]);
  for (const op of ops) {
    const support = backend.supports(op);
    if (support === true) continue;
    throw new WorkbenchError(
      'backend/unsupported',
      `The backend "${backend.info.name}" cannot compute this model: ${support.reason}`,
      { where: 'backend.name', hint: 'Choose another backend with --backend.' },
    );
  }
}
