import type { GruBackward, GruShape, InitialState } from '../../ops/gru.ts';
import type { SlotId } from '../../ops/matrix.ts';
import { activationDerivative } from './activation.ts';
import { initialStateOf, keptFraction, recurrentMaskOf, stepsOf } from './gru-forward.ts';
import { normalizeBackward } from './layer-normalization.ts';
import { addTo, lengthOf, type Run, View } from './run.ts';
import { addAt, addOuterProduct, multiplyTransposed, product } from './vector.ts';

/** Back-propagation through the equations of ops/gru.ts, one sample and one step at a time. */
export function gruBackward(run: Run, op: GruBackward): void {
  const { timesteps, batch } = run.extent;
  const { shape, lengths } = op.forward;
  const outputGradient = new View(run, op.outputGradient);
  const inputGradient = op.inputGradient === null ? null : new View(run, op.inputGradient);
  if (!op.accumulate) clearWeightGradients(run, op);
  if (!op.accumulateInput) inputGradient?.clear(timesteps * batch);

  for (let sample = 0; sample < batch; sample++) {
    const length = lengthOf(run, lengths, sample);
    let gradient =
      op.finalStateGradient === null
        ? new Float64Array(shape.units)
        : new View(run, op.finalStateGradient).row(sample);
    for (const step of stepsOf(shape, timesteps).reverse()) {
      const row = step * batch + sample;
      gradient = gradient.map((value, unit) => value + outputGradient.get(row, unit));
      if (op.stateGradient !== null) run.floats(op.stateGradient).set(gradient, row * shape.units);
      if (step < length) gradient = stepBackward(run, op, step, sample, gradient, inputGradient);
    }
    writeInitialStateGradient(run, op.initialStateGradient, sample, gradient);
  }
}

/** One step of one sample: from the gradient of the state after it [H] to the gradient of the state before it. */
function stepBackward(
  run: Run,
  op: GruBackward,
  step: number,
  sample: number,
  gradient: Float64Array,
  inputGradient: View | null,
): Float64Array {
  const { forward } = op;
  const { units, resetMode } = forward.shape;
  const row = step * run.extent.batch + sample;
  const gates = run.floats(forward.saved.gates).subarray(row * 4 * units, (row + 1) * 4 * units);
  const update = gates.subarray(0, units);
  const reset = gates.subarray(units, 2 * units);
  const candidate = gates.subarray(2 * units, 3 * units);
  const recurrentCandidate = gates.subarray(3 * units, 4 * units);
  const x = new View(run, forward.input).row(row);
  const state = stateBefore(run, op, step, sample);
  const mask = recurrentMaskOf(run, forward, sample);
  const m = product(state, mask);

  // h' = kept * h + (1 - kept) * (z * h + (1 - z) * n)
  const before = new Float64Array(units);
  const updateGradient = new Float64Array(units);
  const candidateGradient = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    const kept = keptFraction(run, forward, row, unit);
    const mixed = (gradient[unit] as number) * (1 - kept);
    const z = update[unit] as number;
    before[unit] = (gradient[unit] as number) * kept + mixed * z;
    updateGradient[unit] =
      mixed * ((state[unit] as number) - (candidate[unit] as number)) * derivative(run, op, row, 0, unit);
    candidateGradient[unit] = mixed * (1 - z) * derivative(run, op, row, 2, unit);
  }

  const masked = new Float64Array(units); // with respect to m
  const resetGradient = new Float64Array(units);
  if (resetMode === 'before') {
    const block = blockBackward(run, op, row, 5, candidateGradient);
    const gated = backThroughRecurrent(run, op, 2, product(reset, m), block);
    addAt(masked, 0, product(gated, reset));
    resetGradient.set(product(gated, m));
  } else {
    const recurrentGradient = product(candidateGradient, reset);
    addBias(run, op.gradients.recurrentBias, 2 * units, recurrentGradient);
    addAt(masked, 0, backThroughRecurrent(run, op, 2, m, blockBackward(run, op, row, 5, recurrentGradient)));
    resetGradient.set(product(candidateGradient, recurrentCandidate));
  }
  for (let unit = 0; unit < units; unit++) {
    resetGradient[unit] = (resetGradient[unit] as number) * derivative(run, op, row, 1, unit);
  }

  [updateGradient, resetGradient].forEach((gateGradient, gate) => {
    addBias(run, op.gradients.recurrentBias, gate * units, gateGradient);
    addAt(
      masked,
      0,
      backThroughRecurrent(run, op, gate, m, blockBackward(run, op, row, 3 + gate, gateGradient)),
    );
  });
  [updateGradient, resetGradient, candidateGradient].forEach((gateGradient, gate) => {
    addBias(run, op.gradients.bias, gate * units, gateGradient);
    backThroughInput(run, op, gate, x, row, blockBackward(run, op, row, gate, gateGradient), inputGradient);
  });

  addAt(before, 0, product(masked, mask));
  return before;
}

/** [H] state that entered a step: the output of the step before it in walking order, or the initial state. */
function stateBefore(run: Run, op: GruBackward, step: number, sample: number): Float64Array {
  const { shape, output, initialState } = op.forward;
  const previous = shape.reverse ? step + 1 : step - 1;
  if (previous < 0 || previous >= run.extent.timesteps) {
    return initialStateOf(run, initialState, shape.units, sample);
  }
  return new View(run, output).row(previous * run.extent.batch + sample);
}

/** Derivative of a gate's value with respect to its pre-activation, clip included. */
function derivative(run: Run, op: GruBackward, row: number, gate: number, unit: number): number {
  const { shape, saved } = op.forward;
  const { units, clip } = shape;
  const output = run.floats(saved.gates)[row * 4 * units + gate * units + unit] as number;
  const preactivation =
    saved.preactivations === null
      ? Number.NaN
      : (run.floats(saved.preactivations)[row * 3 * units + gate * units + unit] as number);
  if (clip !== null && Math.abs(preactivation) > clip) return 0;
  return activationDerivative(activationOf(shape, gate), output, preactivation);
}

function activationOf(shape: GruShape, gate: number): GruShape['gateActivation'] {
  return gate === 2 ? shape.candidateActivation : shape.gateActivation;
}

/** Back through gain and layer normalization of one of the six blocks; nothing to do without it. */
function blockBackward(
  run: Run,
  op: GruBackward,
  row: number,
  block: number,
  gradient: Float64Array,
): Float64Array {
  const { shape, weights, saved } = op.forward;
  if (weights.gain === null || saved.normalized === null || saved.inverseDeviation === null) return gradient;
  const first = (row * 6 + block) * shape.units;
  const normalized = run.floats(saved.normalized).subarray(first, first + shape.units);
  const gain = run.floats(weights.gain).subarray(block * shape.units, (block + 1) * shape.units);
  addBias(run, op.gradients.gain, block * shape.units, product(gradient, normalized));
  const inverseDeviation = run.floats(saved.inverseDeviation)[row * 6 + block] as number;
  return normalizeBackward(product(gradient, gain), normalized, inverseDeviation);
}

/** Adds one gate's part of the recurrent kernel's gradient; returns the gradient of the vector that met it. */
function backThroughRecurrent(
  run: Run,
  op: GruBackward,
  gate: number,
  vector: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const { units } = op.forward.shape;
  if (op.gradients.recurrent !== null) {
    addOuterProduct(vector, gradient, run.floats(op.gradients.recurrent), 3 * units, gate * units);
  }
  return multiplyTransposed(
    gradient,
    run.floats(op.forward.weights.recurrent),
    3 * units,
    gate * units,
    units,
  );
}

function backThroughInput(
  run: Run,
  op: GruBackward,
  gate: number,
  x: Float64Array,
  row: number,
  gradient: Float64Array,
  inputGradient: View | null,
): void {
  const { units, inputs } = op.forward.shape;
  if (op.gradients.kernel !== null) {
    addOuterProduct(x, gradient, run.floats(op.gradients.kernel), 3 * units, gate * units);
  }
  if (inputGradient === null) return;
  const kernel = run.floats(op.forward.weights.kernel);
  multiplyTransposed(gradient, kernel, 3 * units, gate * units, inputs).forEach((value, column) => {
    inputGradient.add(row, column, value);
  });
}

function addBias(run: Run, slot: SlotId | null, first: number, gradient: Float64Array): void {
  if (slot !== null) addAt(run.floats(slot), first, gradient);
}

function clearWeightGradients(run: Run, op: GruBackward): void {
  const { units, inputs } = op.forward.shape;
  const { kernel, recurrent, bias, recurrentBias, gain } = op.gradients;
  const clear = (slot: SlotId | null, count: number): void => {
    if (slot !== null) run.floats(slot).fill(0, 0, count);
  };
  clear(kernel, inputs * 3 * units);
  clear(recurrent, units * 3 * units);
  clear(bias, 3 * units);
  clear(recurrentBias, 3 * units);
  clear(gain, 6 * units);
  if (op.initialStateGradient?.kind === 'shared') clear(op.initialStateGradient.slot, units);
}

/** Rows are overwritten; a shared initial state is a weight, so its gradient adds up over the samples. */
function writeInitialStateGradient(
  run: Run,
  target: InitialState | null,
  sample: number,
  gradient: Float64Array,
): void {
  if (target === null) return;
  gradient.forEach((value, unit) => {
    if (target.kind === 'rows') new View(run, target.state).set(sample, unit, value);
    else addTo(run.floats(target.slot), unit, value);
  });
}
