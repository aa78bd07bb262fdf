import { type GruForward, layerNormalizationEpsilon } from '../../../ops/gru.ts';
import { activate } from '../ops/activation.ts';
import type { Run } from '../run.ts';
import type { Tensor } from '../tensor.ts';
import { blockCellForward, usesBlockCell } from './block-cell.ts';
import { cudnnForward, usesCudnn } from './cudnn.ts';
import {
  bySteps,
  initialState,
  keptSteps,
  masked,
  part,
  recurrentMask,
  validSteps,
  type Weights,
  walk,
  weightsOf,
  whole,
} from './sequence.ts';

/** The fused kernel that fits, or the equations in core ops: one product for all inputs, then a loop over time. */
export function gruForward(run: Run, op: GruForward): void {
  if (usesCudnn(run, op)) cudnnForward(run, op);
  else if (usesBlockCell(op)) blockCellForward(run, op);
  else coreForward(run, op);
}

/** Values of one step; [B,H] each unless said otherwise. */
interface Step {
  readonly state: Tensor;
  readonly update: Tensor;
  readonly reset: Tensor;
  readonly candidate: Tensor;
  /** m U_n + c_n as it enters the candidate. */
  readonly recurrentCandidate: Tensor;
  /** z, r, n before clip and activation. */
  readonly preactivations: readonly Tensor[];
  readonly normalized: readonly Normalized[];
}

/** One normalized block [B,H] and its 1 / deviation [B,1]. */
interface Normalized {
  readonly values: Tensor;
  readonly inverseDeviation: Tensor;
}

function coreForward(run: Run, op: GruForward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const { units } = op.shape;
  const weights = weightsOf(run, op);
  const product = f.matrixProduct(memory.read(op.input, rows), weights.kernel);
  const inputBlocks = f.split(product, 3).map((block, gate) => normalizeBlock(run, weights, gate, block));
  const projected = inputBlocks.map(({ values }, gate) => {
    const biased =
      weights.bias === null ? values : f.add(values, f.columns(weights.bias, gate * units, units));
    return bySteps(run, biased);
  });
  const valid = validSteps(run, op);
  const kept = keptSteps(run, op);
  const mask = recurrentMask(run, op);

  const steps: Step[] = new Array(timesteps);
  let state = initialState(run, op.initialState, units);
  for (const time of walk(op.shape, timesteps)) {
    const inputs = projected.map((gate) => gate[time] as Tensor);
    const step = cell(run, op, weights, inputs, state, masked(run, state, mask));
    const keep = kept?.[time];
    const mixed =
      keep === undefined ? step.state : f.add(step.state, f.multiply(keep, f.subtract(state, step.state)));
    const isValid = valid?.[time];
    state = isValid === undefined ? mixed : f.select(isValid, mixed, state);
    steps[time] = { ...step, state };
  }
  const stack = (pick: (step: Step) => Tensor): Tensor => f.concatenate(steps.map(pick), 0);
  memory.write(
    op.output,
    rows,
    stack((step) => step.state),
  );
  if (op.finalState !== null) memory.write(op.finalState, batch, state);
  if (op.saved === null) return;
  const { gates, preactivations, normalized, inverseDeviation } = op.saved;
  const saved: readonly ((step: Step) => Tensor)[] = [
    (step) => step.update,
    (step) => step.reset,
    (step) => step.candidate,
    (step) => step.recurrentCandidate,
  ];
  saved.forEach((pick, index) => {
    memory.write(part(gates, index * units, units, 4 * units), rows, stack(pick));
  });
  if (preactivations !== null) {
    for (const gate of [0, 1, 2]) {
      memory.write(
        part(preactivations, gate * units, units, 3 * units),
        rows,
        stack((step) => step.preactivations[gate] as Tensor),
      );
    }
  }
  if (normalized !== null && inverseDeviation !== null) {
    const blocks = [
      ...inputBlocks.map(({ normalized }) => normalized as Normalized),
      ...[0, 1, 2].map((gate) => ({
        values: stack((step) => (step.normalized[gate] as Normalized).values),
        inverseDeviation: stack((step) => (step.normalized[gate] as Normalized).inverseDeviation),
      })),
    ];
    memory.write(
      whole(normalized, 6 * units),
      rows,
      f.concatenate(
        blocks.map(({ values }) => values),
        1,
      ),
    );
    memory.write(
      whole(inverseDeviation, 6),
      rows,
      f.concatenate(
        blocks.map(({ inverseDeviation }) => inverseDeviation),
        1,
      ),
    );
  }
}

/** @param inputs z, r, n of x W + b; @param m the state as the recurrent product sees it. */
function cell(
  run: Run,
  op: GruForward,
  weights: Weights,
  inputs: readonly Tensor[],
  state: Tensor,
  m: Tensor,
): Step {
  const { operations: f } = run;
  const { units, resetMode, clip, gateActivation, candidateActivation } = op.shape;
  const [inputUpdate, inputReset, inputCandidate] = inputs as readonly [Tensor, Tensor, Tensor];
  const before = resetMode === 'before';
  const normalized: Normalized[] = [];
  const recurrentBlock = (gate: number, block: Tensor): Tensor => {
    const { values, normalized: kept } = normalizeBlock(run, weights, 3 + gate, block);
    if (kept !== null) normalized[gate] = kept;
    return weights.recurrentBias === null
      ? values
      : f.add(values, f.columns(weights.recurrentBias, gate * units, units));
  };
  const product = f.matrixProduct(m, before ? f.columns(weights.recurrent, 0, 2 * units) : weights.recurrent);
  const blocks = f.split(product, before ? 2 : 3);
  const limited = (a: Tensor): Tensor => (clip === null ? a : f.clamp(a, -clip, clip));

  const updateSum = f.add(inputUpdate, recurrentBlock(0, blocks[0] as Tensor));
  const resetSum = f.add(inputReset, recurrentBlock(1, blocks[1] as Tensor));
  const update = activate(f, gateActivation, limited(updateSum));
  const reset = activate(f, gateActivation, limited(resetSum));
  const candidateProduct = before
    ? f.matrixProduct(f.multiply(reset, m), f.columns(weights.recurrent, 2 * units, units))
    : (blocks[2] as Tensor);
  const recurrentCandidate = recurrentBlock(2, candidateProduct);
  const candidateSum = f.add(
    inputCandidate,
    before ? recurrentCandidate : f.multiply(reset, recurrentCandidate),
  );
  const candidate = activate(f, candidateActivation, limited(candidateSum));
  const mixed = f.add(f.multiply(update, state), f.multiply(f.complement(update), candidate));
  return {
    state: mixed,
    update,
    reset,
    candidate,
    recurrentCandidate,
    preactivations: [updateSum, resetSum, candidateSum],
    normalized,
  };
}

/** Layer normalization and gain of one of the six blocks [rows,H]; the values themselves without it. */
function normalizeBlock(
  run: Run,
  weights: Weights,
  block: number,
  values: Tensor,
): { readonly values: Tensor; readonly normalized: Normalized | null } {
  if (weights.gain === null) return { values, normalized: null };
  const { operations: f } = run;
  const centered = f.subtract(values, f.mean(values, [1], true));
  const variance = f.mean(f.square(centered), [1], true);
  const deviation = f.squareRoot(f.plus(variance, layerNormalizationEpsilon));
  const inverseDeviation = f.divide(f.scalar(1), deviation);
  const normalized = f.multiply(centered, inverseDeviation);
  return {
    values: f.multiply(normalized, f.rows(weights.gain, block, 1)),
    normalized: { values: normalized, inverseDeviation },
  };
}
