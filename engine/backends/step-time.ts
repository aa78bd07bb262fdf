import { type Plan, type ProgramName, slotSize } from '../plan/plan.ts';
import type { Backend } from './backend.ts';

const attempts = 3;

/**
 * Milliseconds that one training step of a plan takes on a backend, waiting included; one prediction for a plan that
 * cannot train. The best of three after one to warm up. The values are zeros, and every sample is full.
 */
export async function measureStep(backend: Backend, plan: Plan, now: () => number): Promise<number> {
  const executable = await backend.prepare(plan);
  try {
    for (const slot of plan.slots) {
      // A length of 0 is against the contract of every op.
      if (slot.name !== 'input/lengths') continue;
      const lengths = new Int32Array(slotSize(slot, plan.extent)).fill(plan.extent.timesteps);
      executable.writeInts(slot.id, lengths);
    }
    const programs: readonly ProgramName[] =
      plan.programs.gradients.length > 0 ? ['gradients', 'update'] : ['predict'];
    // As in training, where the next steps begin before a device of its own has told of the first.
    const together = (backend.info.resultsBehind ?? 0) + 1;
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt <= attempts; attempt++) {
      const start = now();
      for (let step = 0; step < together; step++) {
        for (const program of programs) await executable.run(program, plan.extent);
      }
      await executable.readFloats(plan.results, 1);
      if (attempt > 0) best = Math.min(best, (now() - start) / together);
    }
    return best;
  } finally {
    executable.dispose();
  }
}

/** What a timing is remembered by: the backend with its device, and everything of a plan that decides its work. */
export function timingKey({ info }: Backend, plan: Plan): string {
  const { timesteps, batch } = plan.extent;
  const floats = plan.slots.reduce((sum, slot) => sum + slotSize(slot, plan.extent), 0);
  const kinds = [...plan.programs.gradients, ...plan.programs.update, ...plan.programs.predict].map(
    (op) => op.kind,
  );
  const shapes = plan.programs.predict.flatMap((op) =>
    op.kind === 'gruForward' ? [`${op.shape.inputs}x${op.shape.units}${op.shape.resetMode}`] : [],
  );
  const storage = plan.storage === 'float16' ? ['float16'] : [];
  return [
    info.name,
    info.description,
    `${timesteps}x${batch}`,
    floats,
    kinds.length,
    ...shapes,
    ...storage,
  ].join(' | ');
}
