import type { GruBackward } from '../../../ops/gru.ts';
import type { Matrix } from '../../../ops/matrix.ts';
import { activationDerivative } from '../ops/activation.ts';
import type { Run } from '../run.ts';
import type { Tensor } from '../tensor.ts';
import { blockCellBackward, usesBlockCell } from './block-cell.ts';
import { cudnnBackward, usesCudnn } from './cudnn.ts';
import {
  bySteps,
  keptSteps,
  masked,
  part,
  recurrentMask,
  statesBefore,
  validSteps,
  walk,
  weightsOf,
  whole,
} from './sequence.ts';

export function gruBackward(run: Run, op: GruBackward): void {
  if (usesCudnn(run, op.forward)) cudnnBackward(run, op);
  else if (usesBlockCell(op.forward)) blockCellBackward(run, op);
  else coreBackward(run, op);
}

/** What the forward pass kept, a list of steps each. */
interface Kept {
  readonly update: readonly Tensor[];
  readonly reset: readonly Tensor[];
  readonly candidate: readonly Tensor[];
  readonly recurrentCandidate: readonly Tensor[];
  /** Derivatives of z, r, n with respect to their pre-activations. */
  readonly slopes: readonly (readonly Tensor[])[];
}

/** Back through time in a loop, then every weight gradient as one product over all steps. */
function coreBackward(run: Run, op: GruBackward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const { forward } = op;
  const { units, resetMode } = forward.shape;
  const before = resetMode === 'before';
  const weights = weightsOf(run, forward);
  const kept = keptValues(run, op);
  const entering = statesBefore(run, forward);
  const states = bySteps(run, entering);
  const outputs = bySteps(run, memory.read(op.outputGradient, rows));
  const valid = validSteps(run, forward);
  const zones = keptSteps(run, forward);
  const mask = recurrentMask(run, forward);
  const gateKernel = f.columns(weights.recurrent, 0, 2 * units);
  const candidateKernel = f.columns(weights.recurrent, 2 * units, units);

  const total: Tensor[] = new Array(timesteps);
  const gateGradients: Tensor[][] = [[], [], []];
  const recurrentCandidates: Tensor[] = new Array(timesteps);
  let gradient =
    op.finalStateGradient === null ? f.zeros([batch, units]) : memory.read(op.finalStateGradient, batch);
  for (const time of walk(forward.shape, timesteps).reverse()) {
    const at = (list: readonly Tensor[]): Tensor => list[time] as Tensor;
    const slope = (gate: number): Tensor => at(kept.slopes[gate] as readonly Tensor[]);
    gradient = f.add(gradient, at(outputs));
    total[time] = gradient;
    const isValid = valid?.[time];
    const flowing = isValid === undefined ? gradient : f.select(isValid, gradient, f.scalar(0));
    const zone = zones?.[time];
    const mixed = zone === undefined ? flowing : f.multiply(flowing, f.complement(zone));
    const state = at(states);
    const m = masked(run, state, mask);

    const straight = f.multiply(mixed, at(kept.update));
    const through = zone === undefined ? straight : f.add(straight, f.multiply(flowing, zone));
    const updateGradient = f.multiply(f.multiply(mixed, f.subtract(state, at(kept.candidate))), slope(0));
    const candidateGradient = f.multiply(f.multiply(mixed, f.complement(at(kept.update))), slope(2));

    const recurrentCandidate = before ? candidateGradient : f.multiply(candidateGradient, at(kept.reset));
    const block = blockBackward(run, op, time, 5, recurrentCandidate);
    const gated = f.matrixProduct(block, candidateKernel, { b: true });
    const resetFactor = before
      ? f.multiply(gated, m)
      : f.multiply(candidateGradient, at(kept.recurrentCandidate));
    const resetGradient = f.multiply(resetFactor, slope(1));
    const gates = f.concatenate(
      [blockBackward(run, op, time, 3, updateGradient), blockBackward(run, op, time, 4, resetGradient)],
      1,
    );
    const fromCandidate = before ? f.multiply(gated, at(kept.reset)) : gated;
    const toMasked = f.add(f.matrixProduct(gates, gateKernel, { b: true }), fromCandidate);
    const next = f.add(through, masked(run, toMasked, mask));
    gradient = isValid === undefined ? next : f.select(isValid, next, gradient);
    [updateGradient, resetGradient, candidateGradient].forEach((value, gate) => {
      (gateGradients[gate] as Tensor[])[time] = value;
    });
    recurrentCandidates[time] = recurrentCandidate;
  }

  const stacked = gateGradients.map((steps) => f.concatenate(steps, 0));
  const recurrent = [stacked[0] as Tensor, stacked[1] as Tensor, f.concatenate(recurrentCandidates, 0)];
  const m = mask === null ? entering : repeatMask(run, entering, mask);
  const reset = f.concatenate(kept.reset, 0);
  if (op.stateGradient !== null) {
    memory.write(whole(op.stateGradient, units), rows, f.concatenate(total, 0));
  }
  inputGradients(run, op, stacked);
  recurrentGradients(run, op, recurrent, m, before ? f.multiply(reset, m) : m);
  gainGradients(run, op, [...stacked, ...recurrent]);
  writeInitialStateGradient(run, op, gradient);
}

function keptValues(run: Run, op: GruBackward): Kept {
  const { memory, operations: f } = run;
  const rows = run.extent.timesteps * run.extent.batch;
  const { shape, saved } = op.forward;
  const { units, clip } = shape;
  const gate = (index: number): Tensor =>
    memory.read(part(saved.gates, index * units, units, 4 * units), rows);
  const values = [0, 1, 2, 3].map(gate);
  const slopes = [0, 1, 2].map((index) => {
    const value = values[index] as Tensor;
    const before =
      saved.preactivations === null
        ? value
        : memory.read(part(saved.preactivations, index * units, units, 3 * units), rows);
    const activation = index === 2 ? shape.candidateActivation : shape.gateActivation;
    const slope = activationDerivative(f, activation, value, before);
    if (clip === null) return bySteps(run, slope);
    return bySteps(run, f.select(f.greater(f.absolute(before), f.scalar(clip)), f.scalar(0), slope));
  });
  const [update, reset, candidate, recurrentCandidate] = values.map((value) => bySteps(run, value));
  return {
    update: update as readonly Tensor[],
    reset: reset as readonly Tensor[],
    candidate: candidate as readonly Tensor[],
    recurrentCandidate: recurrentCandidate as readonly Tensor[],
    slopes,
  };
}

/** Back through gain and layer normalization of a block at one step, or at all steps (`time` null). */
function blockBackward(
  run: Run,
  op: GruBackward,
  time: number | null,
  block: number,
  gradient: Tensor,
): Tensor {
  const { shape, weights, saved } = op.forward;
  if (weights.gain === null || saved.normalized === null || saved.inverseDeviation === null) return gradient;
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const { units } = shape;
  const rows = timesteps * batch;
  const at = (matrix: Matrix): Tensor => {
    const all = memory.read(matrix, rows);
    return time === null ? all : f.rows(all, time * batch, batch);
  };
  const normalized = at(part(saved.normalized, block * units, units, 6 * units));
  const inverseDeviation = at(part(saved.inverseDeviation, block, 1, 6));
  const gain = f.rows(memory.fixed(weights.gain, [6, units]), block, 1);
  const scaled = f.multiply(gradient, gain);
  const mean = f.mean(scaled, [1], true);
  const correlation = f.mean(f.multiply(scaled, normalized), [1], true);
  return f.multiply(
    inverseDeviation,
    f.subtract(f.subtract(scaled, mean), f.multiply(normalized, correlation)),
  );
}

/** Gradients of bias, kernel and input from those of the three pre-activations [T*B,H]. */
function inputGradients(run: Run, op: GruBackward, gates: readonly Tensor[]): void {
  const { memory, operations: f } = run;
  const rows = run.extent.timesteps * run.extent.batch;
  const { forward, gradients } = op;
  if (gradients.bias !== null) {
    memory.storeFixed(gradients.bias, f.sum(f.concatenate(gates, 1), [0]), op.accumulate);
  }
  const blocks = f.concatenate(
    gates.map((gradient, gate) => blockBackward(run, op, null, gate, gradient)),
    1,
  );
  inputProducts(run, op, blocks, memory.read(forward.input, rows));
}

/** Kernel and input gradient from the gradient of x W [T*B,3H]. */
export function inputProducts(run: Run, op: GruBackward, gradient: Tensor, input: Tensor): void {
  const { memory, operations: f } = run;
  const rows = run.extent.timesteps * run.extent.batch;
  const { forward, gradients } = op;
  const { inputs, units } = forward.shape;
  if (gradients.kernel !== null) {
    memory.storeFixed(gradients.kernel, f.matrixProduct(input, gradient, { a: true }), op.accumulate);
  }
  if (op.inputGradient !== null) {
    const kernel = memory.fixed(forward.weights.kernel, [inputs, 3 * units]);
    memory.store(op.inputGradient, rows, f.matrixProduct(gradient, kernel, { b: true }), op.accumulateInput);
  }
}

/**
 * Gradients of the recurrent kernel and bias.
 * @param m what met U_z and U_r; @param candidate what met U_n: m, or r * m with the reset gate before.
 */
function recurrentGradients(
  run: Run,
  op: GruBackward,
  gates: readonly Tensor[],
  m: Tensor,
  candidate: Tensor,
): void {
  const { memory, operations: f } = run;
  if (op.gradients.recurrentBias !== null) {
    memory.storeFixed(op.gradients.recurrentBias, f.sum(f.concatenate(gates, 1), [0]), op.accumulate);
  }
  if (op.gradients.recurrent === null) return;
  const blocks = gates.map((gradient, gate) => blockBackward(run, op, null, 3 + gate, gradient));
  const [update, reset, last] = blocks as [Tensor, Tensor, Tensor];
  const both = f.matrixProduct(m, f.concatenate([update, reset], 1), { a: true });
  const product = f.concatenate([both, f.matrixProduct(candidate, last, { a: true })], 1);
  memory.storeFixed(op.gradients.recurrent, product, op.accumulate);
}

/** @param blocks gradients of the six blocks after gain and before bias. */
function gainGradients(run: Run, op: GruBackward, blocks: readonly Tensor[]): void {
  const { memory, operations: f } = run;
  const { normalized } = op.forward.saved;
  if (op.gradients.gain === null || normalized === null) return;
  const { units } = op.forward.shape;
  const rows = run.extent.timesteps * run.extent.batch;
  const products = f.multiply(f.concatenate(blocks, 1), memory.read(whole(normalized, 6 * units), rows));
  memory.storeFixed(op.gradients.gain, f.sum(products, [0]), op.accumulate);
}

/** A mask [B,H] on every step of [T*B,H]. */
function repeatMask(run: Run, rows: Tensor, mask: Tensor): Tensor {
  const { operations: f } = run;
  const { timesteps, batch } = run.extent;
  const units = rows.shape[1] as number;
  return f.reshape(f.multiply(f.reshape(rows, [timesteps, batch, units]), mask), [timesteps * batch, units]);
}

/** Rows are overwritten; a shared initial state is a weight, so its gradient adds up over the samples. */
export function writeInitialStateGradient(run: Run, op: GruBackward, gradient: Tensor): void {
  const { memory, operations: f } = run;
  const target = op.initialStateGradient;
  if (target === null) return;
  if (target.kind === 'rows') memory.write(target.state, run.extent.batch, gradient);
  else memory.storeFixed(target.slot, f.sum(gradient, [0]), op.accumulate);
}
