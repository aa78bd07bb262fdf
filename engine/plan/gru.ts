import { WorkbenchError } from '../base/errors.ts';
import type { DirectionDescription, LayerDescription } from '../model/description.ts';
import {
  type GruForward,
  type GruSaved,
  type GruShape,
  type GruWeights,
  gruKeepsPreactivations,
  type InitialState,
} from '../ops/gru.ts';
import { type Matrix, type SlotId, wholeMatrix } from '../ops/matrix.ts';
import type { Op } from '../ops/op.ts';
import {
  columnsOf,
  type DropoutMaker,
  type GradientTarget,
  type Mode,
  type PlanBuilder,
  type Stage,
} from './builder.ts';

/**
 * One GRU layer: input dropout, one recurrence a direction into column windows of the output, output dropout, residual
 * connection. In the backward pass the gradient goes the same way back.
 * @param below the stage that makes its input.
 */
export function gruStage(
  builder: PlanBuilder,
  ops: Op[],
  mode: Mode,
  layer: LayerDescription,
  below: Stage,
): Stage {
  const { name, config, width } = layer;
  const training = mode === 'training';
  const makeDropout = (rate: number, sharedOverTime: boolean): DropoutMaker | null =>
    training && rate > 0 ? builder.dropout('sequence', rate, sharedOverTime) : null;

  const inputDropout = makeDropout(config.inputDropout, true);
  const input =
    inputDropout === null ? below.output : builder.activation(`${name}.input`, 'sequence', layer.inputs);
  if (inputDropout !== null) ops.push(inputDropout(below.output, input));

  const states = builder.activation(`${name}.output`, 'sequence', width);
  const forwards = layer.directions.map((direction) => {
    const forward = recurrence(builder, ops, mode, layer, direction, input, states);
    ops.push(forward);
    return { direction, forward };
  });

  const outputDropout = makeDropout(config.outputDropout, false);
  const output = connect(builder, ops, layer, below.output, states, outputDropout);

  return {
    name,
    output,
    learns: below.learns || builder.learns(name),
    backward: (outputGradient) => {
      const target = below.learns ? builder.gradient(below.name, 'sequence', layer.inputs) : null;
      if (target !== null && config.residual) {
        ops.push({ kind: 'add', rows: 'sequence', input: outputGradient, output: target, accumulate: false });
      }
      if (outputDropout !== null) ops.push(outputDropout(outputGradient, outputGradient));
      // With input dropout the gradient of the dropped input is gathered first, then masked into its place.
      const dropped =
        target !== null && inputDropout !== null
          ? builder.gradient(`${name}.dropped`, 'sequence', layer.inputs)
          : null;
      const inputGradient = dropped ?? target;
      forwards.forEach(({ direction, forward }, index) => {
        if (!savesGates(forward)) throw new WorkbenchError('internal', `${direction.name} keeps no gates`);
        const accumulate = index > 0 || (dropped === null && config.residual);
        const into = inputGradient === null ? null : { matrix: inputGradient, accumulate };
        ops.push(backwardOp(builder, layer, direction, forward, outputGradient, into));
      });
      if (target !== null && dropped !== null && inputDropout !== null) {
        ops.push(inputDropout(dropped, target, config.residual));
      }
      if (target !== null) below.backward(target);
    },
  };
}

/** Output dropout and residual connection; the states themselves stay as they are, for the backward pass. */
function connect(
  builder: PlanBuilder,
  ops: Op[],
  { name, config, width }: LayerDescription,
  input: Matrix,
  states: Matrix,
  outputDropout: DropoutMaker | null,
): Matrix {
  if (outputDropout === null && !config.residual) return states;
  const output = builder.activation(`${name}.connected`, 'sequence', width);
  ops.push(
    outputDropout === null
      ? { kind: 'add', rows: 'sequence', input: states, output, accumulate: false }
      : outputDropout(states, output),
  );
  if (config.residual) ops.push({ kind: 'add', rows: 'sequence', input, output, accumulate: true });
  return output;
}

function shapeOf({ config, inputs, units }: LayerDescription, { reverse }: DirectionDescription): GruShape {
  return {
    inputs,
    units,
    resetMode: config.resetMode,
    gateActivation: config.gateActivation,
    candidateActivation: config.candidateActivation,
    clip: config.clip,
    reverse,
    zoneout: config.zoneout,
    layerNormalization: config.layerNormalization,
  };
}

/** Adds the masks of a direction, and returns its forward op. */
function recurrence(
  builder: PlanBuilder,
  ops: Op[],
  mode: Mode,
  layer: LayerDescription,
  direction: DirectionDescription,
  input: Matrix,
  states: Matrix,
): GruForward {
  const { config, units } = layer;
  const { name } = direction;
  const shape = shapeOf(layer, direction);
  const training = mode === 'training';
  return {
    kind: 'gruForward',
    shape,
    weights: weightsOf(builder, name),
    input,
    output: columnsOf(states, direction.column, units),
    initialState: initialState(builder, direction, units),
    finalState: builder.settings.stateful ? carried(builder, name, units, 'final') : null,
    lengths: builder.lengths,
    recurrentMask:
      training && config.recurrentDropout > 0
        ? randomMask(
            builder,
            ops,
            `${name}.recurrentMask`,
            'batch',
            units,
            config.recurrentDropout,
            'dropout',
          )
        : null,
    zoneoutMask:
      training && config.zoneout > 0
        ? randomMask(builder, ops, `${name}.zoneoutMask`, 'sequence', units, config.zoneout, 'zoneout')
        : null,
    saved: training || builder.settings.keepGates === true ? savedOf(builder, name, shape) : null,
  };
}

function randomMask(
  builder: PlanBuilder,
  ops: Op[],
  name: string,
  rows: 'sequence' | 'batch',
  columns: number,
  rate: number,
  use: 'dropout' | 'zoneout',
): SlotId {
  const mask = builder.activation(name, rows, columns).slot;
  ops.push({ kind: 'randomMask', rows, mask, columns, rate, stream: builder.randomStream(), use });
  return mask;
}

function weightsOf(builder: PlanBuilder, name: string): GruWeights<SlotId> {
  const optional = (weight: string) => builder.parameters.get(`${name}.${weight}`)?.slot ?? null;
  return {
    kernel: builder.parameter(`${name}.kernel`).slot,
    recurrent: builder.parameter(`${name}.recurrent`).slot,
    bias: optional('bias'),
    recurrentBias: optional('recurrentBias'),
    gain: optional('gain'),
  };
}

/** Where the state of a stateful run comes from and goes to: two slots, since the backward pass reads the first. */
export function carried(builder: PlanBuilder, name: string, units: number, end: 'initial' | 'final'): Matrix {
  const role = end === 'initial' ? 'input' : 'activation';
  return wholeMatrix(builder.slot(`state/${name}.${end}`, role, { perBatchRow: units }), units);
}

function initialState(
  builder: PlanBuilder,
  { name, stateColumn }: DirectionDescription,
  units: number,
): InitialState | null {
  if (builder.settings.stateful) return { kind: 'rows', state: carried(builder, name, units, 'initial') };
  if (stateColumn !== null) {
    const stride = builder.model.inputs.stateValues;
    const slot = builder.slot('input/initialState', 'input', { perBatchRow: stride });
    return { kind: 'rows', state: { slot, column: stateColumn, columns: units, stride } };
  }
  const learned = builder.parameters.get(`${name}.initialState`);
  return learned === undefined ? null : { kind: 'shared', slot: learned.slot };
}

function savedOf(builder: PlanBuilder, name: string, shape: GruShape): GruSaved {
  const keep = (what: string, columns: number) =>
    builder.activation(`${name}.${what}`, 'sequence', columns).slot;
  const { units } = shape;
  return {
    gates: keep('gates', 4 * units),
    preactivations: gruKeepsPreactivations(shape) ? keep('preactivations', 3 * units) : null,
    normalized: shape.layerNormalization ? keep('normalized', 6 * units) : null,
    inverseDeviation: shape.layerNormalization ? keep('inverseDeviation', 6) : null,
  };
}

type SavingForward = GruForward & { readonly saved: GruSaved };

function savesGates(forward: GruForward): forward is SavingForward {
  return forward.saved !== null;
}

function backwardOp(
  builder: PlanBuilder,
  layer: LayerDescription,
  { name, column }: DirectionDescription,
  forward: SavingForward,
  outputGradient: Matrix,
  into: GradientTarget | null,
): Op {
  const { units } = layer;
  const learned = builder.gradientOf(`${name}.initialState`);
  return {
    kind: 'gruBackward',
    forward,
    outputGradient: columnsOf(outputGradient, column, units),
    finalStateGradient: null,
    inputGradient: into?.matrix ?? null,
    accumulateInput: into?.accumulate ?? false,
    gradients: {
      kernel: builder.gradientOf(`${name}.kernel`),
      recurrent: builder.gradientOf(`${name}.recurrent`),
      bias: builder.gradientOf(`${name}.bias`),
      recurrentBias: builder.gradientOf(`${name}.recurrentBias`),
      gain: builder.gradientOf(`${name}.gain`),
    },
    accumulate: builder.settings.accumulate,
    initialStateGradient: learned === null ? null : { kind: 'shared', slot: learned },
    stateGradient:
      builder.settings.keepGates === true
        ? builder.slot(stateGradientName(name), 'scratch', { perSequenceRow: units })
        : null,
  };
}

/** The slot of the gradients of states, kept for inspection. */
export function stateGradientName(direction: string): string {
  return `gradient/${direction}.states`;
}
