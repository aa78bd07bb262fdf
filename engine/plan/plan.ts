import type { SlotId } from '../ops/matrix.ts';
import type { Op } from '../ops/op.ts';

/**
 * A plan is what a model becomes for a backend: buffers with sizes, and lists of ops over them. It is built once per
 * model and largest batch shape; a backend prepares it once; runs only dispatch. Sizes that depend on T and B are
 * stored for the largest extent, and every run may use a smaller one (rows are then packed for the actual T and B).
 */
export interface Plan {
  readonly extent: Extent;
  /**
   * What a recurrence should keep for its backward pass: a wish, float32 by default. A backend that can keeps halves
   * (`Backend.halves`) and still adds up in float32.
   */
  readonly storage?: 'float32' | 'float16';
  readonly slots: readonly Slot[];
  readonly programs: Readonly<Record<ProgramName, readonly Op[]>>;
  /** Float slot of `scalarCount` values that the training loop writes before a run. */
  readonly scalars: SlotId;
  /** Float slot of `resultCount` values that ops write and the training loop reads. */
  readonly results: SlotId;
  /** Int slot [seedLow, seedHigh, stepLow, stepHigh] that random ops read. */
  readonly random: SlotId;
}

/** Timesteps and batch size of a run. */
export interface Extent {
  readonly timesteps: number;
  readonly batch: number;
}

/**
 * - predict: forward in inference mode
 * - evaluate: predict and the loss
 * - gradients: forward in training mode, loss, backward (adds up when the plan accumulates)
 * - zeroGradients: before the first of several accumulated `gradients`; empty otherwise
 * - update: regularize, clip, optimizer, constraints, moving average
 */
export const programNames = ['predict', 'evaluate', 'gradients', 'zeroGradients', 'update'] as const;
export type ProgramName = (typeof programNames)[number];

export interface Slot {
  readonly id: SlotId;
  /** `parameter/gru.0.forward.kernel`, `activation/gru.0.output`, ... unique in the plan. */
  readonly name: string;
  readonly type: 'float' | 'int';
  readonly role: SlotRole;
  /** Elements per row of the extent: size = perSequenceRow * T * B + perBatchRow * B + fixed. */
  readonly perSequenceRow: number;
  readonly perBatchRow: number;
  readonly fixed: number;
}

export type SlotRole =
  | 'parameter'
  | 'gradient'
  | 'optimizer'
  | 'average'
  | 'input'
  | 'activation'
  | 'scratch'
  | 'scalar';

/** Elements a slot needs at an extent. */
export function slotSize(slot: Slot, extent: Extent): number {
  return slot.perSequenceRow * extent.timesteps * extent.batch + slot.perBatchRow * extent.batch + slot.fixed;
}

/** Positions in the `scalars` slot. Coefficients c0..c3 are the ones that `Optimizer` names. */
export const scalarIndex = { lossScale: 0, learningRate: 1, c0: 2, c1: 3, c2: 4, c3: 5 } as const;
export const scalarCount = 8;

/** Positions in the `results` slot. */
export const resultIndex = { loss: 0, penalty: 1, gradientNorm: 2, clippedFraction: 3 } as const;
export const resultCount = 8;
