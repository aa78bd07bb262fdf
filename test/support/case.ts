import type { SlotId } from '../../engine/ops/matrix.ts';
import type { Extent, Plan, ProgramName } from '../../engine/plan/plan.ts';

/**
 * One row of the case table: a small plan written by hand, what its slots hold before the run, and how close a
 * backend must come. The same row drives parity (every backend against the reference) and the gradient check
 * (finite differences on the reference).
 *
 * Every slot is compared after the run, not only the results: what the specification leaves alone must come back
 * unchanged, bit for bit. That covers inputs, the columns beside a window, the rows beyond a smaller extent, and a
 * fence of sentinel values behind each slot.
 */
export interface Case {
  readonly plan: Plan;
  /** Values of every float slot before the first run; in the case table all of them are exact in float32. */
  readonly floats: ReadonlyMap<SlotId, Float64Array>;
  readonly ints: ReadonlyMap<SlotId, Int32Array>;
  readonly runs: readonly CaseRun[];
  /** Slots whose content after the run is nobody's promise: scratch, and what is saved at padded steps. */
  readonly unspecified: ReadonlySet<SlotId>;
  readonly tolerance: Tolerance;
  readonly gradients: GradientCheck | null;
}

export interface CaseRun {
  readonly program: ProgramName;
  readonly extent: Extent;
  /** Written before this run. */
  readonly writes: ReadonlyMap<SlotId, Float64Array>;
}

/**
 * A value is close when |actual - expected| <= absolute + relative * (largest expected magnitude that the run wrote
 * in its slot).
 */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
  /** Why it is looser than `singlePrecision`. */
  readonly reason?: string;
}

/** What is asked of float32 backends. The absolute part only covers slots that hold nothing but zeros. */
export const singlePrecision: Tolerance = { relative: 1e-5, absolute: 1e-12 };

/** Elements of a slot. */
export interface Elements {
  readonly slot: SlotId;
  readonly indices: readonly number[];
}

/**
 * What the backward ops of the case claim: `gradient` of each variable is the derivative of the objective with
 * respect to `value`.
 */
export interface GradientCheck {
  /** sum over terms of value * weight; weights are read before the run, since ops may use them as scratch. */
  readonly objective: readonly { readonly value: Elements; readonly weight: Elements | number }[];
  readonly variables: readonly Variable[];
}

export interface Variable {
  readonly name: string;
  readonly value: Elements;
  readonly gradient: Elements;
  /** The op adds to what the gradient held before. */
  readonly accumulated: boolean;
}

/** A row of the table: built only when it is run. */
export interface CaseSource {
  readonly name: string;
  readonly build: () => Case;
}
