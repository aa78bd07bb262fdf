import type { GruForward, GruWeights } from '../../../engine/ops/gru.ts';
import { type SlotId, wholeMatrix } from '../../../engine/ops/matrix.ts';
import type { Op } from '../../../engine/ops/op.ts';
import { type Plan, resultCount, type Slot, type SlotRole, scalarCount } from '../../../engine/plan/plan.ts';
import type { BenchShape } from './shape.ts';

export interface BenchPlan {
  readonly plan: Plan;
  readonly input: SlotId;
  readonly target: SlotId;
  readonly rowWeights: SlotId;
  readonly parameters: readonly Slot[];
}

/**
 * One training step as other libraries would take it: a GRU layer with reset after the product and two biases, the mean
 * squared error of its whole output [T*B,H], gradients of weights and input, clipping of the global norm at 1, Adam.
 */
export function benchPlan({ inputs, units, batch, timesteps }: BenchShape): BenchPlan {
  const slots: Slot[] = [];
  const add = (
    name: string,
    role: SlotRole,
    size: Partial<Pick<Slot, 'perSequenceRow' | 'fixed' | 'type'>>,
  ): SlotId => {
    slots.push({
      id: slots.length,
      name,
      type: 'float',
      role,
      perSequenceRow: 0,
      perBatchRow: 0,
      fixed: 0,
      ...size,
    });
    return slots.length - 1;
  };
  const scalars = add('scalars', 'scalar', { fixed: scalarCount });
  const results = add('results', 'scalar', { fixed: resultCount });
  const random = add('random', 'scalar', { fixed: 4, type: 'int' });
  const rowWeights = add('weights', 'input', { perSequenceRow: 1 });
  const input = add('input', 'input', { perSequenceRow: inputs });
  const target = add('target', 'input', { perSequenceRow: units });
  const output = add('output', 'activation', { perSequenceRow: units });
  const gates = add('gates', 'activation', { perSequenceRow: 4 * units });
  const outputGradient = add('outputGradient', 'activation', { perSequenceRow: units });
  const inputGradient = add('inputGradient', 'activation', { perSequenceRow: inputs });

  const sizes = {
    kernel: inputs * 3 * units,
    recurrent: units * 3 * units,
    bias: 3 * units,
    recurrentBias: 3 * units,
  };
  const addAll = (prefix: string, role: SlotRole): GruWeights<SlotId> => ({
    kernel: add(`${prefix}.kernel`, role, { fixed: sizes.kernel }),
    recurrent: add(`${prefix}.recurrent`, role, { fixed: sizes.recurrent }),
    bias: add(`${prefix}.bias`, role, { fixed: sizes.bias }),
    recurrentBias: add(`${prefix}.recurrentBias`, role, { fixed: sizes.recurrentBias }),
    gain: null,
  });
  const weights = addAll('parameter', 'parameter');
  const gradients = addAll('gradient', 'gradient');
  const means = slotsOf(addAll('mean', 'optimizer'));
  const squares = slotsOf(addAll('square', 'optimizer'));
  const parameterSlots = slotsOf(weights);
  const gradientSlots = slotsOf(gradients);

  const forward: GruForward & { readonly saved: NonNullable<GruForward['saved']> } = {
    kind: 'gruForward',
    shape: {
      inputs,
      units,
      resetMode: 'afterRecurrentBias',
      gateActivation: 'sigmoid',
      candidateActivation: 'tanh',
      clip: null,
      reverse: false,
      zoneout: 0,
      layerNormalization: false,
    },
    weights,
    input: wholeMatrix(input, inputs),
    output: wholeMatrix(output, units),
    initialState: null,
    finalState: null,
    lengths: null,
    recurrentMask: null,
    zoneoutMask: null,
    saved: { gates, preactivations: null, normalized: null, inverseDeviation: null },
  };
  const step: Op[] = [
    forward,
    {
      kind: 'loss',
      rows: 'sequence',
      loss: { kind: 'meanSquaredError' },
      predictions: wholeMatrix(output, units),
      targets: target,
      weights: rowWeights,
      gradient: wholeMatrix(outputGradient, units),
      accumulate: false,
    },
    {
      kind: 'gruBackward',
      forward,
      outputGradient: wholeMatrix(outputGradient, units),
      finalStateGradient: null,
      inputGradient: wholeMatrix(inputGradient, inputs),
      accumulateInput: false,
      gradients,
      accumulate: false,
      initialStateGradient: null,
      stateGradient: null,
    },
  ];
  const update: Op[] = [
    { kind: 'clipGradients', gradients: gradientSlots, mode: 'globalNorm', threshold: 1 },
    ...parameterSlots.map(
      (parameter, i): Op => ({
        kind: 'optimizerUpdate',
        optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false },
        parameter,
        gradient: gradientSlots[i] as SlotId,
        slots: [means[i] as SlotId, squares[i] as SlotId],
        multiplier: 1,
        decay: 0,
      }),
    ),
  ];
  const plan: Plan = {
    extent: { timesteps, batch },
    slots,
    programs: { predict: [], evaluate: [], gradients: step, zeroGradients: [], update },
    scalars,
    results,
    random,
  };
  return { plan, input, target, rowWeights, parameters: parameterSlots.map((id) => slots[id] as Slot) };
}

function slotsOf({ kernel, recurrent, bias, recurrentBias }: GruWeights<SlotId>): SlotId[] {
  return [kernel, recurrent, bias, recurrentBias].filter((slot) => slot !== null);
}
