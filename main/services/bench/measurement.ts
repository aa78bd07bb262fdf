import { scalarCount, scalarIndex } from '../../../engine/plan/plan.ts';
import type { BenchShape } from './shape.ts';

/** Mean loss; learning rate and bias corrections as in the middle of a training. */
export function scalarsOf({ units, batch, timesteps }: BenchShape): Float32Array {
  const scalars = new Float32Array(scalarCount);
  scalars[scalarIndex.lossScale] = 1 / (units * batch * timesteps);
  scalars[scalarIndex.learningRate] = 1e-3;
  scalars[scalarIndex.c0] = 1;
  scalars[scalarIndex.c1] = 1;
  return scalars;
}

/** A quantile of sorted values, interpolated between neighbors. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
