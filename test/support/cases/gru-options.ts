import type { Activation } from '../../../engine/ops/activation.ts';
import {
  type GruBackward,
  type GruForward,
  type GruSaved,
  type GruShape,
  gruKeepsPreactivations,
  type InitialState,
  type ResetMode,
} from '../../../engine/ops/gru.ts';
import type { Matrix, SlotId } from '../../../engine/ops/matrix.ts';
import type { Extent } from '../../../engine/plan/plan.ts';
import { type CaseBuilder, type Fill, type Margin, outputFill } from '../case-builder.ts';

/** One recurrence of a case; what is not said takes the values of `defaults`. */
export interface GruOptions {
  readonly inputs: number;
  readonly units: number;
  readonly extent: Extent;
  readonly capacity: Extent | undefined;
  readonly resetMode: ResetMode;
  readonly gateActivation: Activation;
  readonly candidateActivation: Activation;
  readonly clip: number | null;
  readonly reverse: boolean;
  /** Rate, and whether a mask is given (training) or its expectation used. */
  readonly zoneout: number;
  readonly zoneoutMask: boolean;
  readonly layerNormalization: boolean;
  readonly bias: boolean;
  readonly recurrentMask: boolean;
  readonly initialState: InitialState['kind'] | null;
  readonly lengths: readonly number[] | null;
  readonly finalState: boolean;
  readonly margin: Margin | undefined;
  readonly accumulate: boolean;
  readonly accumulateInput: boolean;
  readonly inputGradient: boolean;
  readonly stateGradient: boolean;
  readonly frozen: readonly ('kernel' | 'recurrent' | 'bias' | 'recurrentBias' | 'gain')[];
  readonly inputScale: number;
  readonly weightScale: number;
}

export const gruDefaults: GruOptions = {
  inputs: 3,
  units: 4,
  extent: { timesteps: 3, batch: 2 },
  capacity: undefined,
  resetMode: 'afterRecurrentBias',
  gateActivation: 'sigmoid',
  candidateActivation: 'tanh',
  clip: null,
  reverse: false,
  zoneout: 0,
  zoneoutMask: false,
  layerNormalization: false,
  bias: true,
  recurrentMask: false,
  initialState: null,
  lengths: null,
  finalState: false,
  margin: undefined,
  accumulate: false,
  accumulateInput: false,
  inputGradient: true,
  stateGradient: false,
  frozen: [],
  inputScale: 1,
  weightScale: 0.8,
};

/** Where several recurrences of one case meet. */
export interface GruConnections {
  readonly input?: Matrix;
  readonly output?: Matrix;
  readonly outputGradient?: Matrix;
  readonly inputGradient?: Matrix;
}

/** Adds the weights, the forward op and the backward op of one recurrence, and what the gradient check needs. */
export function addGru(
  builder: CaseBuilder,
  name: string,
  options: GruOptions,
  connections: GruConnections = {},
): { forward: GruForward & { readonly saved: GruSaved }; backward: GruBackward } {
  const { inputs, units } = options;
  const named = (part: string): string => `${name}.${part}`;
  const random = { scale: options.weightScale };
  const weights = {
    kernel: builder.vector(named('kernel'), inputs * 3 * units, random),
    recurrent: builder.vector(named('recurrent'), units * 3 * units, random),
    bias: options.bias ? builder.vector(named('bias'), 3 * units, random) : null,
    recurrentBias:
      options.bias && options.resetMode === 'afterRecurrentBias'
        ? builder.vector(named('recurrentBias'), 3 * units, random)
        : null,
    gain: options.layerNormalization ? builder.vector(named('gain'), 6 * units, random) : null,
  };
  const shape: GruShape = {
    inputs,
    units,
    resetMode: options.resetMode,
    gateActivation: options.gateActivation,
    candidateActivation: options.candidateActivation,
    clip: options.clip,
    reverse: options.reverse,
    zoneout: options.zoneout,
    layerNormalization: options.layerNormalization,
  };
  const forward = {
    kind: 'gruForward' as const,
    shape,
    weights,
    input:
      connections.input ??
      builder.matrix(named('input'), 'sequence', inputs, { scale: options.inputScale }, options.margin),
    output:
      connections.output ?? builder.matrix(named('output'), 'sequence', units, outputFill, options.margin),
    initialState: addInitialState(builder, named('initialState'), options, { scale: 1 }),
    finalState: options.finalState
      ? builder.matrix(named('finalState'), 'batch', units, outputFill, options.margin)
      : null,
    lengths:
      options.lengths === null
        ? null
        : builder.integers(named('lengths'), { perBatchRow: 1 }, options.lengths),
    recurrentMask: options.recurrentMask ? addRecurrentMask(builder, named('recurrentMask'), options) : null,
    zoneoutMask: options.zoneoutMask ? addZoneoutMask(builder, named('zoneoutMask'), options) : null,
    saved: addSaved(builder, name, shape, options.lengths !== null),
  };

  const given = options.accumulate ? { scale: 1 } : outputFill;
  const gradientOf = (part: GruOptions['frozen'][number]): SlotId | null => {
    const weight = weights[part];
    if (weight === null || options.frozen.includes(part)) return null;
    const elements = builder.all(weight);
    const gradient = builder.vector(named(`${part}Gradient`), elements.indices.length, given);
    builder.variable(named(part), elements, builder.all(gradient), options.accumulate);
    return gradient;
  };
  const inputGradient = options.inputGradient
    ? (connections.inputGradient ??
      builder.matrix(
        named('inputGradient'),
        'sequence',
        inputs,
        options.accumulateInput ? { scale: 1 } : outputFill,
        options.margin,
      ))
    : null;
  const backward: GruBackward = {
    kind: 'gruBackward',
    forward,
    outputGradient:
      connections.outputGradient ??
      builder.matrix(named('outputGradient'), 'sequence', units, { scale: 1 }, options.margin),
    finalStateGradient: options.finalState
      ? builder.matrix(named('finalStateGradient'), 'batch', units, { scale: 1 }, options.margin)
      : null,
    inputGradient,
    accumulateInput: options.accumulateInput,
    gradients: {
      kernel: gradientOf('kernel'),
      recurrent: gradientOf('recurrent'),
      bias: gradientOf('bias'),
      recurrentBias: gradientOf('recurrentBias'),
      gain: gradientOf('gain'),
    },
    accumulate: options.accumulate,
    initialStateGradient: addInitialState(builder, named('initialStateGradient'), options, given),
    stateGradient: options.stateGradient
      ? builder.matrix(named('stateGradient'), 'sequence', units, outputFill).slot
      : null,
  };
  describeGradients(builder, named, options, forward, backward, connections);
  return { forward, backward };
}

function describeGradients(
  builder: CaseBuilder,
  named: (part: string) => string,
  options: GruOptions,
  forward: GruForward,
  backward: GruBackward,
  connections: GruConnections,
): void {
  const sequence = (matrix: Matrix) => builder.elements(matrix, 'sequence');
  const batch = (matrix: Matrix) => builder.elements(matrix, 'batch');
  builder.objective(sequence(forward.output), sequence(backward.outputGradient));
  if (forward.finalState !== null && backward.finalStateGradient !== null) {
    builder.objective(batch(forward.finalState), batch(backward.finalStateGradient));
  }
  if (backward.inputGradient !== null && connections.inputGradient === undefined) {
    const accumulated = backward.accumulateInput;
    builder.variable(named('input'), sequence(forward.input), sequence(backward.inputGradient), accumulated);
  }
  const start = forward.initialState;
  const startGradient = backward.initialStateGradient;
  if (start?.kind === 'shared' && startGradient?.kind === 'shared') {
    const { units, accumulate } = options;
    builder.variable(
      named('initialState'),
      builder.all(start.slot, units),
      builder.all(startGradient.slot, units),
      accumulate,
    );
  }
  if (start?.kind === 'rows' && startGradient?.kind === 'rows') {
    builder.variable(named('initialState'), batch(start.state), batch(startGradient.state));
  }
}

function addInitialState(
  builder: CaseBuilder,
  name: string,
  options: GruOptions,
  fill: Fill,
): InitialState | null {
  switch (options.initialState) {
    case null:
      return null;
    case 'shared':
      return { kind: 'shared', slot: builder.vector(name, options.units, fill) };
    case 'rows':
      return { kind: 'rows', state: builder.matrix(name, 'batch', options.units, fill, options.margin) };
  }
}

/** Every third unit dropped, the others scaled by 1/(1 - 1/3). */
function addRecurrentMask(builder: CaseBuilder, name: string, options: GruOptions): SlotId {
  const count = (options.capacity ?? options.extent).batch * options.units;
  const values = Array.from({ length: count }, (_, index) => (index % 3 === 1 ? 0 : 1.5));
  return builder.matrix(name, 'batch', options.units, values).slot;
}

function addZoneoutMask(builder: CaseBuilder, name: string, options: GruOptions): SlotId {
  const { timesteps, batch } = options.capacity ?? options.extent;
  const values = Array.from({ length: timesteps * batch * options.units }, (_, index) =>
    index % 5 < 2 ? 1 : 0,
  );
  return builder.matrix(name, 'sequence', options.units, values).slot;
}

/** The saved slots. At padded steps their content is nobody's business, so a case with lengths does not compare them. */
function addSaved(builder: CaseBuilder, name: string, shape: GruShape, padded: boolean): GruSaved {
  const slot = (part: string, columns: number): SlotId =>
    builder.matrix(`${name}.${part}`, 'sequence', columns, outputFill).slot;
  const saved: GruSaved = {
    gates: slot('gates', 4 * shape.units),
    preactivations: gruKeepsPreactivations(shape) ? slot('preactivations', 3 * shape.units) : null,
    normalized: shape.layerNormalization ? slot('normalized', 6 * shape.units) : null,
    inverseDeviation: shape.layerNormalization ? slot('inverseDeviation', 6) : null,
  };
  if (padded) {
    builder.leaveUnspecified(saved.gates, saved.preactivations, saved.normalized, saved.inverseDeviation);
  }
  return saved;
}
