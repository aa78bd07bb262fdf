import type { GruBackward, GruForward } from '../../ops/gru.ts';
import type { Matrix, SlotId } from '../../ops/matrix.ts';
import { type Plan, programNames } from '../../plan/plan.ts';
import { runsBySteps } from './encode/recurrence.ts';
import type { Tuning } from './tuning.ts';

/**
 * The gates of recurrences that are kept as halves, in a plan that asks for it: where every timestep is a dispatch of its
 * own, and all sizes are whole vectors. With them go the gradients of gates and the recurrent weights of that pass;
 * sums, states and everything else stay floats.
 */
export function halfSlots(plan: Plan, tuning: Tuning): ReadonlySet<SlotId> {
  if (plan.storage !== 'float16') return new Set();
  const kept = new Set<SlotId>();
  const refused = new Set<SlotId>();
  for (const op of programNames.flatMap((name) => plan.programs[name])) {
    if (op.kind !== 'gruForward' && op.kind !== 'gruBackward') continue;
    const { saved } = op.kind === 'gruForward' ? op : op.forward;
    if (saved === null) continue;
    const fits = op.kind === 'gruForward' ? forwardFits(op, tuning) : backwardFits(op, tuning);
    (fits ? kept : refused).add(saved.gates);
  }
  return new Set([...kept].filter((slot) => !refused.has(slot)));
}

function forwardFits({ shape, output, finalState, initialState }: GruForward, tuning: Tuning): boolean {
  const windows = [output, finalState, initialState?.kind === 'rows' ? initialState.state : null];
  return (
    !shape.layerNormalization &&
    shape.units % 4 === 0 &&
    runsBySteps(tuning, shape) &&
    windows.every((window) => window === null || isWhole(window))
  );
}

function backwardFits({ forward, outputGradient }: GruBackward, tuning: Tuning): boolean {
  return forwardFits(forward, tuning) && isWhole(outputGradient);
}

function isWhole({ column, stride }: Matrix): boolean {
  return column % 4 === 0 && stride % 4 === 0;
}
