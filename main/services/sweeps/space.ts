import type { RandomStream } from '../../../engine/base/rng.ts';
import type { SweepConfig } from '../../../engine/contract/rpc/sweeps.ts';

export type SweepParameter = SweepConfig['parameters'][number];
type Range = Extract<SweepParameter, { kind: 'range' }>;

/** One value of every parameter, by its path. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Every combination, the first parameter changing slowest (as itertools.product), cut to a number.
 */
export function gridValues(parameters: readonly SweepParameter[], limit: number): Values[] {
  let rows: Values[] = [{}];
  for (const parameter of parameters) {
    const points = gridPoints(parameter);
    rows = rows.flatMap((row) => points.map((value) => ({ ...row, [parameter.path]: value })));
    // Later parameters only multiply: what is beyond the limit now stays beyond it.
    rows = rows.slice(0, limit);
  }
  return rows;
}

/** Points of a parameter on a grid: all choices, or evenly spaced in the parameter's scale (NumPy linspace, geomspace). */
export function gridPoints(parameter: SweepParameter): unknown[] {
  if (parameter.kind === 'choice') return [...parameter.values];
  const points = Array.from({ length: parameter.points }, (_, i) =>
    fromScale(parameter, lowOf(parameter) + (widthOf(parameter) * i) / (parameter.points - 1)),
  );
  return [...new Set(points)];
}

/** Values drawn independently: choices with equal chance, ranges evenly in their scale. */
export function randomValues(parameters: readonly SweepParameter[], random: RandomStream): Values {
  return Object.fromEntries(parameters.map((parameter) => [parameter.path, randomValue(parameter, random)]));
}

function randomValue(parameter: SweepParameter, random: RandomStream): unknown {
  if (parameter.kind === 'choice') return parameter.values[random.nextInteger(parameter.values.length)];
  return fromScale(parameter, lowOf(parameter) + widthOf(parameter) * random.nextFloat());
}

/** Lower bound in the parameter's scale. */
export function lowOf(parameter: Range): number {
  return toScale(parameter, Math.min(parameter.low, parameter.high));
}

/** Distance of the bounds in the parameter's scale. */
export function widthOf(parameter: Range): number {
  return toScale(parameter, Math.max(parameter.low, parameter.high)) - lowOf(parameter);
}

export function toScale({ scale }: Range, value: number): number {
  return scale === 'log' ? Math.log(value) : value;
}

/** A value of the parameter from a place in its scale, within the bounds. */
export function fromScale(parameter: Range, place: number): number {
  const low = Math.min(parameter.low, parameter.high);
  const high = Math.max(parameter.low, parameter.high);
  const value = parameter.scale === 'log' ? Math.exp(place) : place;
  const bounded = Math.min(high, Math.max(low, value));
  return parameter.integer ? Math.round(bounded) : bounded;
}
