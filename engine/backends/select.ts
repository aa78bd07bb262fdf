import { describeError, WorkbenchError } from '../base/errors.ts';
import type { RunEvent } from '../contract/events.ts';
import type { Backend, BackendName, Support } from './backend.ts';

/** A backend that the program was built with. */
export interface BackendCandidate {
  readonly name: BackendName;
  /**
   * Makes the backend, or gives the reason why it cannot be made on this machine. Throwing counts as a reason too.
   */
  create(): Promise<Backend | { readonly reason: string }>;
}

/** The backend that will compute, and how it was chosen, as an event to show. */
export interface SelectedBackend {
  readonly backend: Backend;
  readonly decision: Extract<RunEvent, { event: 'decision' }>;
  /** Backends that were tried first and refused. */
  readonly refused: readonly RefusedBackend[];
}

export interface RefusedBackend {
  readonly name: BackendName;
  readonly reason: string;
}

/** What `auto` tries, fastest first. The reference is a specification, not a choice: it must be asked for. */
const automatic: readonly BackendName[] = ['native', 'portable'];

/**
 * Makes the requested backend, or the first usable one for `auto`. Each must pass the self-test or is refused.
 * @param selfTest true, or the reason why the backend computes wrongly.
 * @throws backend/unavailable when the requested backend, or for `auto` any, cannot be used.
 */
export async function selectBackend(
  candidates: readonly BackendCandidate[],
  requested: BackendName | 'auto',
  selfTest: (backend: Backend) => Promise<Support>,
): Promise<SelectedBackend> {
  const refused: RefusedBackend[] = [];
  for (const name of requested === 'auto' ? automatic : [requested]) {
    const usable = await tryBackend(
      name,
      candidates.find((candidate) => candidate.name === name),
      selfTest,
    );
    if ('info' in usable)
      return { backend: usable, decision: decisionOf(usable, requested, refused), refused };
    refused.push({ name, reason: usable.reason });
  }
  throw unavailable(requested, refused);
}

async function tryBackend(
  name: BackendName,
  candidate: BackendCandidate | undefined,
  selfTest: (backend: Backend) => Promise<Support>,
): Promise<Backend | { readonly reason: string }> {
  if (candidate === undefined) return { reason: `this build has no backend "${name}"` };
  try {
    const made = await candidate.create();
    if (!('info' in made)) return made;
    const verdict = await selfTest(made);
    if (verdict === true) return made;
    made.dispose();
    return { reason: `it failed its self-test: ${verdict.reason}` };
  } catch (error) {
    return { reason: describeError(error) };
  }
}

function decisionOf(
  backend: Backend,
  requested: BackendName | 'auto',
  refused: readonly RefusedBackend[],
): SelectedBackend['decision'] {
  const { name, description } = backend.info;
  const before = refused.map((other) => `${other.name} was refused: ${other.reason}`);
  const why = requested === 'auto' ? 'the fastest backend usable here' : 'asked for by name';
  return {
    event: 'decision',
    subject: 'backend',
    choice: name,
    reason: [`${description}; ${why}`, ...before].join('; '),
  };
}

function unavailable(requested: BackendName | 'auto', refused: readonly RefusedBackend[]): WorkbenchError {
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return new WorkbenchError(
    'backend/unavailable',
    requested === 'auto'
      ? `No backend can be used here (${reasons})`
      : `The backend "${requested}" cannot be used here (${reasons})`,
    {
      where: 'backend.name',
      hint:
        requested === 'auto'
          ? 'Run "gru doctor" to see what is missing, or choose the slow "reference" backend by name.'
          : 'Choose "auto" to take the fastest backend that works.',
      data: { refused },
    },
  );
}
