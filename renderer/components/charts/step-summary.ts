export interface StepSummary {
  readonly step: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/** Mean, least and greatest over the units at every timestep of values [T,H]. */
export function summarizeSteps(
  values: Float32Array,
  timesteps: number,
  units: number,
): readonly StepSummary[] {
  return Array.from({ length: timesteps }, (_, step) => {
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let unit = 0; unit < units; unit++) {
      const value = values[step * units + unit] as number;
      sum += value;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    return { step, mean: sum / units, least, greatest };
  });
}

/** Shares of gate values beyond which a gate counts as saturated (Karpathy, Johnson and Fei-Fei 2015). */
export const saturation = { closed: 0.1, open: 0.9 } as const;

/** Shares of a gate's values that are nearly 0 and nearly 1. */
export function saturatedShares(values: Float32Array): { readonly closed: number; readonly open: number } {
  let closed = 0;
  let open = 0;
  for (const value of values) {
    if (value < saturation.closed) closed += 1;
    else if (value > saturation.open) open += 1;
  }
  const count = Math.max(1, values.length);
  return { closed: closed / count, open: open / count };
}

export type GradientFlow =
  | { readonly kind: 'vanishing' | 'exploding' | 'steady'; readonly ratio: number; readonly steps: number }
  | { readonly kind: 'none' };

/** Beyond this factor between the first and the last timestep the gradient counts as vanished or exploded. */
const vanished = 1e-2;
const exploded = 1e2;

/**
 * How the gradient of the loss changes on its way back through time: the norm at the first timestep that has one over
 * that at the timestep nearest to the loss (Bengio, Simard and Frasconi 1994; Pascanu et al. 2013).
 *
 * @param norms [T], in the order of time
 * @param reverse whether the layer reads backward, so that its gradient flows forward in time
 */
export function gradientFlow(norms: Float32Array, reverse: boolean): GradientFlow {
  const ordered = reverse ? Array.from(norms).reverse() : Array.from(norms);
  const last = ordered.findLastIndex((norm) => norm > 0);
  if (last <= 0) return { kind: 'none' };
  const ratio = (ordered[0] as number) / (ordered[last] as number);
  const kind =
    ratio < vanished ? 'vanishing' : ratio > exploded || !Number.isFinite(ratio) ? 'exploding' : 'steady';
  return { kind, ratio, steps: last };
}
