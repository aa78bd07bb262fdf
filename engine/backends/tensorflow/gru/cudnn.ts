import type { GruBackward, GruForward } from '../../../ops/gru.ts';
import type { Attribute } from '../device.ts';
import type { Run } from '../run.ts';
import type { Tensor } from '../tensor.ts';
import { writeInitialStateGradient } from './backward.ts';
import { initialState, isFull, isPlain, type Weights, weightsOf } from './sequence.ts';

/**
 * cuDNN's fused GRU over a whole sequence through TensorFlow's CudnnRNN (version 1: its later forms have an int8
 * output that the binding cannot hold). Reset after, with a recurrent bias; biases that a model does not have are
 * zeros. cuDNN's parameters are one vector of 3H(I+H) + 6H: W_r, W_z, W_n, then R_r, R_z, R_n, each transposed to
 * [H,in], then the input biases r, z, n and the recurrent biases r, z, n.
 */
export function usesCudnn(run: Run, op: GruForward): boolean {
  return run.cudnn && op.shape.resetMode !== 'before' && isPlain(op) && isFull(run, op);
}

const attributes: readonly Attribute[] = [
  { name: 'T', kind: 'type', value: 'float' },
  { name: 'rnn_mode', kind: 'string', value: 'gru' },
  { name: 'input_mode', kind: 'string', value: 'linear_input' },
  { name: 'direction', kind: 'string', value: 'unidirectional' },
  { name: 'dropout', kind: 'float', value: 0 },
  { name: 'seed', kind: 'int', value: 0 },
  { name: 'seed2', kind: 'int', value: 0 },
];

export function cudnnForward(run: Run, op: GruForward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const { inputs, units } = op.shape;
  const rows = timesteps * batch;
  const parameters = packParameters(run, op, weightsOf(run, op));
  const input = turned(run, op, f.reshape(memory.read(op.input, rows), [timesteps, batch, inputs]));
  const first = f.reshape(initialState(run, op.initialState, units), [1, batch, units]);
  const training = op.saved !== null;
  const [output, final, , reserve] = f.pool.execute(
    'CudnnRNN',
    [...attributes, { name: 'is_training', kind: 'bool', value: training }],
    [input, first, f.fill([], 0), parameters],
    [
      { shape: [timesteps, batch, units], type: 'float' },
      { shape: [1, batch, units], type: 'float' },
      { shape: [], type: 'float' },
      { shape: [], type: 'float' },
    ],
  ) as [Tensor, Tensor, Tensor, Tensor];
  memory.write(op.output, rows, f.reshape(turned(run, op, output), [rows, units]));
  if (op.finalState !== null) memory.write(op.finalState, batch, f.reshape(final, [batch, units]));
  if (op.saved === null) return;
  const old = run.reserved.get(op.saved.gates);
  if (old !== undefined) f.pool.release(old.handle);
  run.reserved.set(op.saved.gates, f.pool.retain(reserve));
}

export function cudnnBackward(run: Run, op: GruBackward): void {
  const { memory, operations: f } = run;
  const { timesteps, batch } = run.extent;
  const { forward, gradients } = op;
  const { inputs, units } = forward.shape;
  const rows = timesteps * batch;
  const shaped = (tensor: Tensor, columns: number): Tensor =>
    turned(run, forward, f.reshape(tensor, [timesteps, batch, columns]));
  const parameters = packParameters(run, forward, weightsOf(run, forward));
  const output = shaped(memory.read(forward.output, rows), units);
  const first = f.reshape(initialState(run, forward.initialState, units), [1, batch, units]);
  const final = f.slice(output, [timesteps - 1, 0, 0], [1, batch, units]);
  const finalGradient =
    op.finalStateGradient === null ? f.zeros([batch, units]) : memory.read(op.finalStateGradient, batch);
  const nothing = f.fill([], 0);
  const reserve = run.reserved.get(forward.saved.gates) ?? nothing;
  const [inputGradient, stateGradient, , parameterGradient] = f.pool.execute(
    'CudnnRNNBackprop',
    attributes,
    [
      shaped(memory.read(forward.input, rows), inputs),
      first,
      nothing,
      parameters,
      output,
      final,
      nothing,
      shaped(memory.read(op.outputGradient, rows), units),
      f.reshape(finalGradient, [1, batch, units]),
      nothing,
      reserve,
    ],
    [
      { shape: [timesteps, batch, inputs], type: 'float' },
      { shape: [1, batch, units], type: 'float' },
      { shape: [], type: 'float' },
      { shape: parameters.shape, type: 'float' },
    ],
  ) as [Tensor, Tensor, Tensor, Tensor];
  const { kernel, recurrent, bias, recurrentBias } = unpackParameters(run, forward, parameterGradient);
  const store = (slot: number | null, value: Tensor): void => {
    if (slot !== null) memory.storeFixed(slot, value, op.accumulate);
  };
  store(gradients.kernel, kernel);
  store(gradients.recurrent, recurrent);
  store(gradients.bias, bias);
  store(gradients.recurrentBias, recurrentBias);
  if (op.inputGradient !== null) {
    const value = f.reshape(turned(run, forward, inputGradient), [rows, inputs]);
    memory.store(op.inputGradient, rows, value, op.accumulateInput);
  }
  writeInitialStateGradient(run, op, f.reshape(stateGradient, [batch, units]));
}

/** Time backward for a reversed direction: [T,B,C] as the recurrence walks it. */
function turned(run: Run, op: GruForward, steps: Tensor): Tensor {
  if (!op.shape.reverse) return steps;
  const { operations: f } = run;
  const reversed = [...f.unstack(steps)].reverse();
  return f.reshape(f.concatenate(reversed, 0), steps.shape);
}

/** Gates in cuDNN's order r, z, n, from ours z, r, n. */
const cudnnOrder = [1, 0, 2] as const;

function packParameters(run: Run, op: GruForward, weights: Weights): Tensor {
  const { operations: f } = run;
  const { units } = op.shape;
  const matrices = [weights.kernel, weights.recurrent].flatMap((matrix) =>
    cudnnOrder.map((gate) => {
      const block = f.transpose(f.columns(matrix, gate * units, units));
      return f.reshape(block, [(matrix.shape[0] as number) * units]);
    }),
  );
  const biases = [weights.bias, weights.recurrentBias].flatMap((bias) => {
    const vector = bias ?? f.zeros([1, 3 * units]);
    return cudnnOrder.map((gate) => f.reshape(f.columns(vector, gate * units, units), [units]));
  });
  return f.concatenate([...matrices, ...biases], 0);
}

interface UnpackedGradients {
  readonly kernel: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor;
  readonly recurrentBias: Tensor;
}

function unpackParameters(run: Run, op: GruForward, vector: Tensor): UnpackedGradients {
  const { operations: f } = run;
  const { inputs, units } = op.shape;
  let offset = 0;
  const take = (count: number): Tensor => {
    const piece = f.slice(vector, [offset], [count]);
    offset += count;
    return piece;
  };
  const gates = (make: () => Tensor, axis: number): Tensor => {
    const [reset, update, candidate] = [make(), make(), make()];
    return f.concatenate([update, reset, candidate], axis);
  };
  const matrix = (rows: number): Tensor =>
    gates(() => f.transpose(f.reshape(take(units * rows), [units, rows])), 1);
  return {
    kernel: matrix(inputs),
    recurrent: matrix(units),
    bias: gates(() => take(units), 0),
    recurrentBias: gates(() => take(units), 0),
  };
}
