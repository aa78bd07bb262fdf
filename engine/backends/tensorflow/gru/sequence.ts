import type { GruForward, GruShape, InitialState } from '../../../ops/gru.ts';
import type { Matrix } from '../../../ops/matrix.ts';
import { lengthsOf, type Run, validRows } from '../run.ts';
import type { Tensor } from '../tensor.ts';

/** Timesteps in the order in which the recurrence walks them. */
export function walk(shape: GruShape, timesteps: number): number[] {
  const steps = Array.from({ length: timesteps }, (_, step) => step);
  return shape.reverse ? steps.reverse() : steps;
}

/** The columns of a slot that holds nothing but this matrix. */
export function whole(slot: number, columns: number): Matrix {
  return { slot, column: 0, columns, stride: columns };
}

/** A window of a [rows,stride] slot. */
export function part(slot: number, column: number, columns: number, stride: number): Matrix {
  return { slot, column, columns, stride };
}

/** [T*B,C] as T matrices [B,C]. */
export function bySteps(run: Run, rows: Tensor): readonly Tensor[] {
  const { timesteps, batch } = run.extent;
  return run.operations.unstack(run.operations.reshape(rows, [timesteps, batch, rows.shape[1] as number]));
}

/** [B,H] state before the first step. */
export function initialState(run: Run, initial: InitialState | null, units: number): Tensor {
  const { memory, operations: f } = run;
  const { batch } = run.extent;
  if (initial === null) return f.zeros([batch, units]);
  if (initial.kind === 'rows') return memory.read(initial.state, batch);
  return f.add(f.zeros([batch, 1]), memory.fixed(initial.slot, [1, units]));
}

/** Bool [B,1] a step, true where the step is valid; null where all are. */
export function validSteps(run: Run, op: GruForward): readonly Tensor[] | null {
  const valid = validRows(run, op.lengths);
  return valid === null ? null : bySteps(run, valid);
}

/** [B,H] a step: how much of the old state zoneout keeps; null without zoneout. */
export function keptSteps(run: Run, op: GruForward): readonly Tensor[] | null {
  const { units, zoneout } = op.shape;
  const { timesteps, batch } = run.extent;
  if (op.zoneoutMask !== null) {
    return bySteps(run, run.memory.read(whole(op.zoneoutMask, units), timesteps * batch));
  }
  if (zoneout === 0) return null;
  const kept = run.operations.fill([batch, units], zoneout);
  return Array.from({ length: timesteps }, () => kept);
}

/** [B,H] mask of the products with the recurrent kernel, or null. */
export function recurrentMask(run: Run, op: GruForward): Tensor | null {
  if (op.recurrentMask === null) return null;
  return run.memory.read(whole(op.recurrentMask, op.shape.units), run.extent.batch);
}

export function masked(run: Run, state: Tensor, mask: Tensor | null): Tensor {
  return mask === null ? state : run.operations.multiply(state, mask);
}

/** States [T*B,H] that entered each step: those after the step before it in walking order. */
export function statesBefore(run: Run, op: GruForward): Tensor {
  const { operations: f, memory } = run;
  const { timesteps, batch } = run.extent;
  const first = initialState(run, op.initialState, op.shape.units);
  if (timesteps === 1) return first;
  const states = memory.read(op.output, timesteps * batch);
  const rows = (timesteps - 1) * batch;
  return op.shape.reverse
    ? f.concatenate([f.rows(states, batch, rows), first], 0)
    : f.concatenate([first, f.rows(states, 0, rows)], 0);
}

/** Whether the equations are the plain ones: sigmoid gates, tanh candidate, nothing added. */
export function isPlain(op: GruForward): boolean {
  const { shape } = op;
  return (
    shape.gateActivation === 'sigmoid' &&
    shape.candidateActivation === 'tanh' &&
    shape.clip === null &&
    shape.zoneout === 0 &&
    !shape.layerNormalization &&
    op.recurrentMask === null &&
    op.zoneoutMask === null
  );
}

/** Whether every sample of this run fills all timesteps. */
export function isFull(run: Run, op: GruForward): boolean {
  return lengthsOf(run, op.lengths).every((length) => length >= run.extent.timesteps);
}

/** Weights in the shapes of ops/gru.ts. */
export interface Weights {
  /** [I,3H] */
  readonly kernel: Tensor;
  /** [H,3H] */
  readonly recurrent: Tensor;
  /** [1,3H] or null */
  readonly bias: Tensor | null;
  readonly recurrentBias: Tensor | null;
  /** [6,H] or null */
  readonly gain: Tensor | null;
}

export function weightsOf(run: Run, op: GruForward): Weights {
  const { memory } = run;
  const { inputs, units } = op.shape;
  const optional = (slot: number | null, shape: readonly number[]): Tensor | null =>
    slot === null ? null : memory.fixed(slot, shape);
  return {
    kernel: memory.fixed(op.weights.kernel, [inputs, 3 * units]),
    recurrent: memory.fixed(op.weights.recurrent, [units, 3 * units]),
    bias: optional(op.weights.bias, [1, 3 * units]),
    recurrentBias: optional(op.weights.recurrentBias, [1, 3 * units]),
    gain: optional(op.weights.gain, [6, units]),
  };
}
