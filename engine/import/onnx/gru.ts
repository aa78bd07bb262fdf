import type { Activation } from '../../ops/activation.ts';
import { transpose } from '../../export/layout.ts';
import type { ImportedDirection, ImportedGru } from '../network.ts';
import type { Constant, GraphNode } from './read.ts';

/** Operators of ONNX under the name they have inside a GRU, by our activations; hard sigmoid depends on its numbers. */
const activations: Readonly<Record<string, Activation>> = {
  Affine: 'linear',
  Relu: 'relu',
  LeakyRelu: 'leakyRelu',
  Tanh: 'tanh',
  Sigmoid: 'sigmoid',
  Elu: 'elu',
  Softsign: 'softsign',
  Softplus: 'softplus',
};
/** Activations inside a GRU that take an alpha, a beta, and what they are when the file gives none. */
const withAlpha: Readonly<Record<string, number>> = { HardSigmoid: 0.2, LeakyRelu: 0.01, Elu: 1, Affine: 1 };
const withBeta: Readonly<Record<string, number>> = { HardSigmoid: 0.5, Affine: 0 };

/**
 * A GRU node with constant weights: W [D,3H,I], R [D,3H,H], B [D,6H], gates z,r,h in rows.
 * @param initial the constant initial state, or null for zeros.
 */
export function gruOfNode(
  node: GraphNode,
  weights: { readonly kernel: Constant; readonly recurrent: Constant; readonly bias: Constant | null },
  initial: Constant | null,
  refuse: (what: string) => Error,
): ImportedGru {
  const { kernel, recurrent, bias } = weights;
  const [directions = 0, rows = 0, inputs = 0] = kernel.dims;
  const units = recurrent.dims[2] ?? 0;
  const direction = node.attributes.get('direction')?.text ?? 'forward';
  const wanted = direction === 'bidirectional' ? 2 : 1;
  if (
    kernel.dims.length !== 3 ||
    recurrent.dims.length !== 3 ||
    directions !== wanted ||
    rows !== 3 * units ||
    recurrent.dims[1] !== 3 * units ||
    (bias !== null && bias.values.length !== directions * 6 * units)
  ) {
    throw refuse(`the weights of the GRU "${node.name}" have not the shapes that its attributes say`);
  }
  if (direction === 'reverse') throw refuse(`the GRU "${node.name}" reads backward only`);
  if ((node.attributes.get('layout')?.int ?? 0) !== 0) {
    throw refuse(`the GRU "${node.name}" has the layout 1, which few runtimes know`);
  }
  const before = (node.attributes.get('linear_before_reset')?.int ?? 0) === 0;
  const [gateActivation, candidateActivation] = activationsOf(node, directions, refuse);
  const clip = node.attributes.get('clip')?.float ?? 0;
  const sides = Array.from({ length: directions }, (_, side): ImportedDirection => {
    const part = (values: Float32Array, length: number): Float32Array =>
      values.slice(side * length, (side + 1) * length);
    const both = bias === null ? null : part(bias.values, 6 * units);
    const half = both?.slice(0, 3 * units) ?? null;
    const other = both?.slice(3 * units) ?? null;
    return {
      kernel: transpose(part(kernel.values, rows * inputs), 3 * units, inputs),
      recurrent: transpose(part(recurrent.values, rows * units), 3 * units, units),
      // Before the reset the two biases of a gate are only ever added.
      bias:
        before && half !== null && other !== null ? half.map((value, i) => value + (other[i] ?? 0)) : half,
      recurrentBias: before ? null : other,
      gain: null,
      initialState: initialStateOf(initial, side, units, refuse),
    };
  });
  return {
    name: node.name === '' ? 'GRU' : node.name,
    units,
    inputs,
    resetMode: before ? 'before' : 'afterRecurrentBias',
    gateActivation,
    candidateActivation,
    clip: clip > 0 ? clip : null,
    bias: bias !== null,
    directions: sides,
  };
}

/** A constant [D,1,H] is a learned state; zeros of any shape are none. */
function initialStateOf(
  initial: Constant | null,
  side: number,
  units: number,
  refuse: (what: string) => Error,
): Float32Array | null {
  if (initial === null || initial.values.every((value) => value === 0)) return null;
  if (initial.dims.length !== 3 || initial.dims[1] !== 1 || initial.dims[2] !== units) {
    throw refuse('its initial state is fixed for a batch size');
  }
  return initial.values.slice(side * units, (side + 1) * units);
}

function activationsOf(
  node: GraphNode,
  directions: number,
  refuse: (what: string) => Error,
): [Activation, Activation] {
  const names = node.attributes.get('activations')?.texts ?? [];
  if (names.length === 0) return ['sigmoid', 'tanh'];
  const alphas = [...(node.attributes.get('activation_alpha')?.floats ?? [])];
  const betas = [...(node.attributes.get('activation_beta')?.floats ?? [])];
  const all = names.map((name): Activation => {
    const alpha = name in withAlpha ? (alphas.shift() ?? withAlpha[name] ?? 0) : 0;
    const beta = name in withBeta ? (betas.shift() ?? withBeta[name] ?? 0) : 0;
    const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;
    if (name === 'HardSigmoid' && near(beta, 0.5)) {
      if (near(alpha, 0.2)) return 'hardSigmoidOnnx';
      if (near(alpha, 1 / 6)) return 'hardSigmoid';
    }
    const usual = !(name in withAlpha) || near(alpha, withAlpha[name] ?? 0);
    const known = activations[name];
    if (known !== undefined && usual && (name !== 'Affine' || near(beta, 0))) return known;
    throw refuse(`the GRU "${node.name}" has the activation ${name}(${alpha}, ${beta})`);
  });
  const [gate, candidate] = all;
  if (all.length !== 2 * directions || (directions === 2 && (all[2] !== gate || all[3] !== candidate))) {
    throw refuse(`the directions of the GRU "${node.name}" have different activations`);
  }
  return [gate ?? 'sigmoid', candidate ?? 'tanh'];
}
