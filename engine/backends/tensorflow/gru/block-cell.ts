import type { GruBackward, GruForward } from '../../../ops/gru.ts';
import type { Run } from '../run.ts';
import type { Tensor } from '../tensor.ts';
import { inputProducts, writeInitialStateGradient } from './backward.ts';
import {
  bySteps,
  initialState,
  isPlain,
  part,
  statesBefore,
  validSteps,
  type Weights,
  walk,
  weightsOf,
  whole,
} from './sequence.ts';

/**
 * TensorFlow's GRUBlockCell computes one step of the reset-before GRU in one kernel, on the processor and on CUDA, and
 * GRUBlockCellGrad goes back through it; the weight gradients are left to one product over all steps. Its gates are
 * r (reset), u (our update z) and c (our candidate n); w_ru is [I+H,2H] with the columns r, u.
 */
export function usesBlockCell(op: GruForward): boolean {
  return op.shape.resetMode === 'before' && isPlain(op);
}

/** w_ru, w_c, b_ru, b_c */
function cellWeights(run: Run, op: GruForward, weights: Weights): readonly Tensor[] {
  const { operations: f } = run;
  const { units } = op.shape;
  const stacked = f.concatenate([weights.kernel, weights.recurrent], 0);
  const bias = weights.bias ?? f.zeros([1, 3 * units]);
  const swapped = (matrix: Tensor): Tensor =>
    f.concatenate([f.columns(matrix, units, units), f.columns(matrix, 0, units)], 1);
  return [
    swapped(stacked),
    f.columns(stacked, 2 * units, units),
    f.reshape(swapped(bias), [2 * units]),
    f.reshape(f.columns(bias, 2 * units, units), [units]),
  ];
}

const attributes = [{ name: 'T', kind: 'type', value: 'float' }] as const;

export function blockCellForward(run: Run, op: GruForward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const { units } = op.shape;
  const weights = weightsOf(run, op);
  const cell = cellWeights(run, op, weights);
  const inputs = bySteps(run, memory.read(op.input, rows));
  const valid = validSteps(run, op);
  const output = { shape: [batch, units], type: 'float' } as const;
  const kept: { reset: Tensor[]; update: Tensor[]; candidate: Tensor[]; state: Tensor[] } = {
    reset: new Array(timesteps),
    update: new Array(timesteps),
    candidate: new Array(timesteps),
    state: new Array(timesteps),
  };
  let state = initialState(run, op.initialState, units);
  for (const time of walk(op.shape, timesteps)) {
    const [reset, update, candidate, next] = f.pool.execute(
      'GRUBlockCell',
      attributes,
      [inputs[time] as Tensor, state, ...cell],
      [output, output, output, output],
    ) as [Tensor, Tensor, Tensor, Tensor];
    const isValid = valid?.[time];
    state = isValid === undefined ? next : f.select(isValid, next, state);
    kept.reset[time] = reset;
    kept.update[time] = update;
    kept.candidate[time] = candidate;
    kept.state[time] = state;
  }
  memory.write(op.output, rows, f.concatenate(kept.state, 0));
  if (op.finalState !== null) memory.write(op.finalState, batch, state);
  if (op.saved === null) return;
  const reset = f.concatenate(kept.reset, 0);
  const gated = f.multiply(reset, statesBefore(run, op));
  const values = [
    f.concatenate(kept.update, 0),
    reset,
    f.concatenate(kept.candidate, 0),
    f.matrixProduct(gated, f.columns(weights.recurrent, 2 * units, units)),
  ];
  const { gates } = op.saved;
  values.forEach((value, index) => {
    memory.write(part(gates, index * units, units, 4 * units), rows, value);
  });
}

export function blockCellBackward(run: Run, op: GruBackward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const rows = timesteps * batch;
  const { forward, gradients } = op;
  const { inputs, units } = forward.shape;
  const [resetUpdateKernel, candidateKernel, resetUpdateBias, candidateBias] = cellWeights(
    run,
    forward,
    weightsOf(run, forward),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const gate = (index: number): Tensor =>
    memory.read(part(forward.saved.gates, index * units, units, 4 * units), rows);
  const [update, reset, candidate] = [0, 1, 2].map((index) => bySteps(run, gate(index)));
  const entering = statesBefore(run, forward);
  const states = bySteps(run, entering);
  const input = memory.read(forward.input, rows);
  const steps = bySteps(run, input);
  const outputs = bySteps(run, memory.read(op.outputGradient, rows));
  const valid = validSteps(run, forward);

  const total: Tensor[] = new Array(timesteps);
  const candidateSteps: Tensor[] = new Array(timesteps);
  const resetUpdateSteps: Tensor[] = new Array(timesteps);
  let gradient =
    op.finalStateGradient === null ? f.zeros([batch, units]) : memory.read(op.finalStateGradient, batch);
  for (const time of walk(forward.shape, timesteps).reverse()) {
    gradient = f.add(gradient, outputs[time] as Tensor);
    total[time] = gradient;
    const isValid = valid?.[time];
    const flowing = isValid === undefined ? gradient : f.select(isValid, gradient, f.scalar(0));
    const [, before, candidateGradient, resetUpdateGradient] = f.pool.execute(
      'GRUBlockCellGrad',
      attributes,
      [
        steps[time] as Tensor,
        states[time] as Tensor,
        resetUpdateKernel,
        candidateKernel,
        resetUpdateBias,
        candidateBias,
        reset?.[time] as Tensor,
        update?.[time] as Tensor,
        candidate?.[time] as Tensor,
        flowing,
      ],
      [
        { shape: [batch, inputs], type: 'float' },
        { shape: [batch, units], type: 'float' },
        { shape: [batch, units], type: 'float' },
        { shape: [batch, 2 * units], type: 'float' },
      ],
    ) as [Tensor, Tensor, Tensor, Tensor];
    gradient = isValid === undefined ? before : f.select(isValid, before, gradient);
    candidateSteps[time] = candidateGradient;
    resetUpdateSteps[time] = resetUpdateGradient;
  }
  if (op.stateGradient !== null) {
    memory.write(whole(op.stateGradient, units), rows, f.concatenate(total, 0));
  }
  const resetUpdate = f.concatenate(resetUpdateSteps, 0);
  const ordered = f.concatenate(
    [
      f.columns(resetUpdate, units, units),
      f.columns(resetUpdate, 0, units),
      f.concatenate(candidateSteps, 0),
    ],
    1,
  );
  if (gradients.bias !== null) memory.storeFixed(gradients.bias, f.sum(ordered, [0]), op.accumulate);
  inputProducts(run, op, ordered, input);
  if (gradients.recurrent !== null) {
    const gated = f.multiply(gate(1), entering);
    const both = f.matrixProduct(entering, f.columns(ordered, 0, 2 * units), { a: true });
    const last = f.matrixProduct(gated, f.columns(ordered, 2 * units, units), { a: true });
    memory.storeFixed(gradients.recurrent, f.concatenate([both, last], 1), op.accumulate);
  }
  writeInitialStateGradient(run, op, gradient);
}
