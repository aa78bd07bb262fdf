import type { Batch } from '../data/prepared.ts';
import type { Runner } from '../infer/runner.ts';
import type { Activation } from '../ops/activation.ts';

/** A gate beyond these counts as saturated (Karpathy, Johnson and Fei-Fei 2015). */
const nearlyClosed = 0.1;
const nearlyOpen = 0.9;
/** Floats read of a direction at most; of a larger one, the first timesteps speak for all. */
const mostFloats = 2_000_000;

/** Only between 0 and 1 does an end say anything. */
const bounded: ReadonlySet<Activation> = new Set<Activation>(['sigmoid', 'hardSigmoid', 'hardSigmoidOnnx']);

/**
 * Shares of the gate values of the batch that was trained last that are nearly 0 or nearly 1, over all layers and
 * directions: `gates.update.saturation` and `gates.reset.saturation`. Nothing where no gate is between 0 and 1.
 * Padding does not count.
 */
export async function gateSaturation(
  { built, executable }: Runner,
  { batch, timesteps, lengths }: Batch,
): Promise<Record<string, number>> {
  const saturated = { update: 0, reset: 0 };
  let count = 0;
  for (const op of built.plan.programs.gradients) {
    if (op.kind !== 'gruForward' || op.saved === null || !bounded.has(op.shape.gateActivation)) continue;
    const { units } = op.shape;
    const rows = Math.min(timesteps * batch, Math.floor(mostFloats / (4 * units)));
    const gates = await executable.readFloats(op.saved.gates, rows * 4 * units);
    for (let row = 0; row < rows; row++) {
      if (Math.floor(row / batch) >= (lengths[row % batch] as number)) continue;
      const start = row * 4 * units;
      for (let unit = 0; unit < units; unit++) {
        if (isSaturated(gates[start + unit] as number)) saturated.update += 1;
        if (isSaturated(gates[start + units + unit] as number)) saturated.reset += 1;
      }
      count += units;
    }
  }
  if (count === 0) return {};
  return {
    'gates.update.saturation': saturated.update / count,
    'gates.reset.saturation': saturated.reset / count,
  };
}

function isSaturated(gate: number): boolean {
  return gate < nearlyClosed || gate > nearlyOpen;
}
