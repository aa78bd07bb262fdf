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

/**
 * On the processor: the first that works is the fastest of them. The reference is a specification, not a choice: it must
 * be asked for.
 */
const onProcessor: readonly BackendName[] = ['native', 'portable'];
/** On a device of their own: whether they are faster depends on the model, and has to be measured. */
export const onDevice: readonly BackendName[] = ['webgpu', 'tensorflow'];

/** How `auto` decides between the processor and devices: milliseconds for a step of the actual plan. */
export type TimeStep = (backend: Backend) => Promise<number>;

/**
 * Makes the requested backend. For `auto` that is the fastest one usable on the processor, or a device that takes less
 * time for a step of the plan; without `time` no device is tried. Each must pass the self-test or is refused.
 * @param selfTest true, or the reason why the backend computes wrongly.
 * @throws backend/unavailable when the requested backend, or for `auto` any, cannot be used.
 */
export async function selectBackend(
  candidates: readonly BackendCandidate[],
  requested: BackendName | 'auto',
  selfTest: (backend: Backend) => Promise<Support>,
  time: TimeStep | null = null,
): Promise<SelectedBackend> {
  const refused: RefusedBackend[] = [];
  const attempt = async (name: BackendName, takesSoftware = true): Promise<Backend | null> => {
    const candidate = candidates.find((one) => one.name === name);
    const usable = await tryBackend(name, candidate, selfTest, takesSoftware);
    if ('info' in usable) return usable;
    refused.push({ name, reason: usable.reason });
    return null;
  };
  const usable: Backend[] = [];
  for (const name of requested === 'auto' ? onProcessor : [requested]) {
    const backend = await attempt(name);
    if (backend === null) continue;
    usable.push(backend);
    break;
  }
  const absent: RefusedBackend[] = [];
  if (requested === 'auto' && time !== null) {
    for (const name of onDevice) {
      if (!candidates.some((candidate) => candidate.name === name)) continue;
      const before = refused.length;
      const backend = await attempt(name, false);
      // A machine without a graphics card is no news.
      if (backend === null) absent.push(...refused.splice(before));
      else usable.push(backend);
    }
  }
  const [first] = usable;
  if (first === undefined) throw unavailable(requested, [...refused, ...absent]);
  if (usable.length === 1 || time === null) {
    return { backend: first, decision: decisionOf(first, requested, refused), refused };
  }
  return fastest(usable, time, refused);
}

/** Times a step on each backend, keeps the fastest and gives the others back. One that fails at it is refused. */
async function fastest(
  usable: readonly Backend[],
  time: TimeStep,
  refused: readonly RefusedBackend[],
): Promise<SelectedBackend> {
  const timed: { readonly backend: Backend; readonly milliseconds: number }[] = [];
  const failed: RefusedBackend[] = [];
  for (const backend of usable) {
    try {
      timed.push({ backend, milliseconds: await time(backend) });
    } catch (error) {
      failed.push({ name: backend.info.name, reason: describeError(error) });
    }
  }
  const ordered = timed.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const best = ordered[0]?.backend;
  for (const backend of usable) if (backend !== best) backend.dispose();
  const all = [...refused, ...failed];
  if (best === undefined) throw unavailable('auto', all);
  const timings = ordered.map(
    ({ backend, milliseconds }) => `${backend.info.name} ${milliseconds.toPrecision(3)} ms`,
  );
  const decision = {
    event: 'decision' as const,
    subject: 'backend',
    choice: best.info.name,
    reason: [
      `${best.info.description}; a step of this model took: ${timings.join(', ')}`,
      ...all.map((other) => `${other.name} was refused: ${other.reason}`),
    ].join('; '),
  };
  return { backend: best, decision, refused: all };
}

/** @param takesSoftware whether a device that is the processor in disguise is tried: it is slow, its self-test too. */
async function tryBackend(
  name: BackendName,
  candidate: BackendCandidate | undefined,
  selfTest: (backend: Backend) => Promise<Support>,
  takesSoftware: boolean,
): Promise<Backend | { readonly reason: string }> {
  if (candidate === undefined) return { reason: `this build has no backend "${name}"` };
  try {
    const made = await candidate.create();
    if (!('info' in made)) return made;
    if (made.info.software === true && !takesSoftware) {
      made.dispose();
      return { reason: 'it computes on the processor' };
    }
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
