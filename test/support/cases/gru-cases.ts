import { activations } from '../../../engine/ops/activation.ts';
import { resetModes } from '../../../engine/ops/gru.ts';
import type { Matrix } from '../../../engine/ops/matrix.ts';
import type { CaseRun, CaseSource, Tolerance } from '../case.ts';
import { CaseBuilder, outputFill } from '../case-builder.ts';
import { addGru, type GruOptions, gruDefaults } from './gru-options.ts';

/** One recurrence, forward and backward, with what differs from the defaults. */
function gruCase(title: string, changes: Partial<GruOptions>, tolerance?: Tolerance): CaseSource {
  const name = `gru: ${title}`;
  return {
    name,
    build: () => {
      const options = { ...gruDefaults, ...changes };
      const builder = new CaseBuilder(name, options.extent, options.capacity);
      const { forward, backward } = addGru(builder, 'gru', options);
      builder.add('gradients', forward, backward);
      return builder.build(['gradients'], tolerance);
    },
  };
}

const shapes = [
  [1, 1, 1, 1],
  [1, 3, 1, 5],
  [2, 8, 7, 1],
  [5, 17, 2, 3],
  [13, 33, 3, 2],
  [7, 16, 4, 9],
  [64, 8, 2, 17],
  [3, 64, 3, 5],
  [9, 12, 37, 4],
] as const;

const everything: Partial<GruOptions> = {
  inputs: 5,
  units: 9,
  extent: { timesteps: 6, batch: 5 },
  lengths: [6, 1, 4, 2, 6],
  recurrentMask: true,
  zoneout: 0.4,
  zoneoutMask: true,
  clip: 1.1,
  layerNormalization: true,
  initialState: 'shared',
  finalState: true,
  margin: { left: 3, right: 2 },
  accumulate: true,
  accumulateInput: true,
  stateGradient: true,
};

const deepNormalization: Tolerance = {
  relative: 4e-5,
  absolute: 1e-12,
  reason:
    'layer normalization of one or few units divides by a deviation that may be small, which magnifies rounding',
};

export const gruCases: readonly CaseSource[] = [
  ...shapes.flatMap(([inputs, units, timesteps, batch]) =>
    resetModes.map((resetMode) =>
      gruCase(`I${inputs} H${units} T${timesteps} B${batch} ${resetMode}`, {
        inputs,
        units,
        extent: { timesteps, batch },
        resetMode,
        weightScale: 1 / Math.sqrt(units),
      }),
    ),
  ),
  ...resetModes.flatMap((resetMode) => [
    gruCase(`no bias, ${resetMode}`, { resetMode, bias: false }),
    gruCase(`reverse, ${resetMode}`, { resetMode, reverse: true, initialState: 'rows', finalState: true }),
    gruCase(`recurrent mask, ${resetMode}`, { resetMode, recurrentMask: true, units: 5 }),
    gruCase(`clip, ${resetMode}`, { resetMode, clip: 0.6, inputScale: 2 }),
    gruCase(
      `layer normalization, ${resetMode}`,
      { resetMode, layerNormalization: true, units: 7 },
      deepNormalization,
    ),
    gruCase(`everything at once, ${resetMode}`, { ...everything, resetMode }, deepNormalization),
    gruCase(
      `everything at once reversed, ${resetMode}`,
      { ...everything, resetMode, reverse: true, initialState: 'rows' },
      deepNormalization,
    ),
  ]),
  ...activations.flatMap((activation) => [
    gruCase(`gate ${activation}`, {
      gateActivation: activation,
      resetMode: 'before',
      units: 5,
      inputScale: 2,
    }),
    gruCase(`candidate ${activation}`, { candidateActivation: activation, units: 5, inputScale: 2 }),
    gruCase(`gate and candidate ${activation}, clip`, {
      gateActivation: activation,
      candidateActivation: activation,
      clip: 0.9,
      resetMode: 'after',
    }),
  ]),
  gruCase('lengths', {
    extent: { timesteps: 5, batch: 4 },
    lengths: [5, 1, 3, 2],
    finalState: true,
    stateGradient: true,
  }),
  gruCase('lengths, reverse', {
    extent: { timesteps: 5, batch: 4 },
    lengths: [2, 5, 1, 4],
    reverse: true,
    finalState: true,
    initialState: 'shared',
    stateGradient: true,
  }),
  gruCase('lengths, input gradient added', {
    extent: { timesteps: 4, batch: 3 },
    lengths: [1, 4, 2],
    accumulateInput: true,
    accumulate: true,
  }),
  gruCase('zoneout, expected value', { zoneout: 0.3, stateGradient: true }),
  gruCase('zoneout, mask', { zoneout: 0.3, zoneoutMask: true, stateGradient: true }),
  gruCase('initial state shared', { initialState: 'shared' }),
  gruCase('initial state shared, accumulate', { initialState: 'shared', accumulate: true }),
  gruCase('initial state rows', { initialState: 'rows', accumulate: true }),
  gruCase('final state gradient', { finalState: true }),
  gruCase('state gradient kept', { stateGradient: true, units: 17, extent: { timesteps: 4, batch: 3 } }),
  gruCase('windows of columns', { margin: { left: 5, right: 1 }, finalState: true, initialState: 'rows' }),
  gruCase('windows of columns, wide', {
    margin: { left: 16, right: 16 },
    inputs: 16,
    units: 16,
    extent: { timesteps: 3, batch: 16 },
  }),
  gruCase('accumulate', { accumulate: true, accumulateInput: true }),
  gruCase('no input gradient', { inputGradient: false }),
  gruCase('frozen recurrent kernel and biases', { frozen: ['recurrent', 'bias', 'recurrentBias'] }),
  gruCase('frozen kernel', { frozen: ['kernel'] }),
  gruCase('all weights frozen', {
    frozen: ['kernel', 'recurrent', 'bias', 'recurrentBias'],
    initialState: 'shared',
  }),
  gruCase('run smaller than the plan', {
    extent: { timesteps: 2, batch: 3 },
    capacity: { timesteps: 5, batch: 4 },
    lengths: [2, 1, 2],
    finalState: true,
    initialState: 'rows',
    recurrentMask: true,
    zoneout: 0.2,
    zoneoutMask: true,
  }),
  gruCase('pre-activations of 1e4', { inputScale: 1e4, weightScale: 1, units: 8 }),
  gruCase('inputs of 1e-38 and below', { inputScale: 1e-38, bias: false }),
  gruCase('zero inputs and signed zeros', { inputScale: 0 }),
  bidirectional('both directions write halves', null),
  bidirectional('both directions with lengths', [4, 2, 3]),
  twoRuns(),
  inference('expected zoneout, final state', { zoneout: 0.25, finalState: true, lengths: [3, 1] }),
  inference('nothing saved', { units: 17, initialState: 'shared', layerNormalization: true }),
];

/** Two directions that share their input, write two halves of one output, and add up their input gradients. */
function bidirectional(title: string, lengths: readonly number[] | null): CaseSource {
  const name = `gru: ${title}`;
  return {
    name,
    build: () => {
      const extent = { timesteps: 4, batch: 3 };
      const options: GruOptions = { ...gruDefaults, inputs: 5, units: 6, extent, lengths };
      const builder = new CaseBuilder(name, extent);
      const input = builder.matrix('input', 'sequence', 5, { scale: 1 });
      const inputGradient = builder.matrix('inputGradient', 'sequence', 5, outputFill);
      const output = builder.matrix('output', 'sequence', 12, outputFill);
      const outputGradient = builder.matrix('outputGradient', 'sequence', 12, { scale: 1 });
      const half = (matrix: Matrix, first: number): Matrix => ({ ...matrix, column: first, columns: 6 });
      const directions = [false, true].map((reverse) => {
        const first = reverse ? 6 : 0;
        return addGru(
          builder,
          reverse ? 'backward' : 'forward',
          { ...options, reverse, accumulateInput: reverse },
          { input, inputGradient, output: half(output, first), outputGradient: half(outputGradient, first) },
        );
      });
      builder.variable(
        'input',
        builder.elements(input, 'sequence'),
        builder.elements(inputGradient, 'sequence'),
      );
      builder.add('gradients', ...directions.map(({ forward }) => forward));
      builder.add('gradients', ...directions.map(({ backward }) => backward));
      return builder.build(['gradients']);
    },
  };
}

/** The same executable for a large batch, then for a smaller one, then for the large one again. */
function twoRuns(): CaseSource {
  const name = 'gru: runs of different extents, one after another';
  return {
    name,
    build: () => {
      const extent = { timesteps: 5, batch: 7 };
      const options: GruOptions = {
        ...gruDefaults,
        units: 9,
        extent,
        initialState: 'shared',
        stateGradient: true,
      };
      const builder = new CaseBuilder(name, extent);
      const { forward, backward } = addGru(builder, 'gru', options);
      builder.add('gradients', forward, backward);
      const runs = [extent, { timesteps: 2, batch: 3 }, extent, { timesteps: 3, batch: 2 }].map(
        (size): CaseRun => ({ program: 'gradients', extent: size, writes: new Map() }),
      );
      return { ...builder.build(runs), gradients: null };
    },
  };
}

/** Forward only, nothing saved, in the program `predict`. */
function inference(title: string, changes: Partial<GruOptions>): CaseSource {
  const name = `gru inference: ${title}`;
  return {
    name,
    build: () => {
      const options = { ...gruDefaults, ...changes };
      const builder = new CaseBuilder(name, options.extent);
      const { forward } = addGru(builder, 'gru', options);
      builder.add('predict', { ...forward, saved: null });
      return { ...builder.build(['predict']), gradients: null };
    },
  };
}
