import { type Activation, activations, needsPreactivation } from '../../../engine/ops/activation.ts';
import type { Rows } from '../../../engine/ops/matrix.ts';
import type { Extent } from '../../../engine/plan/plan.ts';
import type { CaseSource } from '../case.ts';
import { CaseBuilder, type Margin, outputFill } from '../case-builder.ts';

interface DenseOptions {
  readonly rows: Rows;
  readonly inputs: number;
  readonly outputs: number;
  readonly extent: Extent;
  readonly capacity: Extent | undefined;
  readonly activation: Activation;
  readonly bias: boolean;
  readonly margin: Margin | undefined;
  readonly accumulate: boolean;
  readonly accumulateInput: boolean;
  readonly inputGradient: boolean;
  readonly frozen: boolean;
  readonly inputScale: number;
}

const defaults: DenseOptions = {
  rows: 'sequence',
  inputs: 3,
  outputs: 4,
  extent: { timesteps: 3, batch: 2 },
  capacity: undefined,
  activation: 'linear',
  bias: true,
  margin: undefined,
  accumulate: false,
  accumulateInput: false,
  inputGradient: true,
  frozen: false,
  inputScale: 1.5,
};

function denseCase(title: string, changes: Partial<DenseOptions>): CaseSource {
  const name = `dense: ${title}`;
  return {
    name,
    build: () => {
      const options = { ...defaults, ...changes };
      const { rows, inputs, outputs, activation, margin, accumulate, accumulateInput } = options;
      const builder = new CaseBuilder(name, options.extent, options.capacity);
      const given = accumulate ? { scale: 1 } : outputFill;
      const input = builder.matrix('input', rows, inputs, { scale: options.inputScale }, margin);
      const kernel = builder.vector('kernel', inputs * outputs, { scale: 1 });
      const bias = options.bias ? builder.vector('bias', outputs, { scale: 1 }) : null;
      const forward = {
        kind: 'denseForward' as const,
        rows,
        input,
        kernel,
        bias,
        activation,
        output: builder.matrix('output', rows, outputs, outputFill, margin),
        preactivation: needsPreactivation(activation)
          ? builder.matrix('preactivation', rows, outputs, outputFill).slot
          : null,
      };
      const outputGradient = builder.matrix('outputGradient', rows, outputs, { scale: 1 }, margin);
      const inputGradient = options.inputGradient
        ? builder.matrix('inputGradient', rows, inputs, accumulateInput ? { scale: 1 } : outputFill, margin)
        : null;
      const kernelGradient = options.frozen
        ? null
        : builder.vector('kernelGradient', inputs * outputs, given);
      const biasGradient =
        bias === null || options.frozen ? null : builder.vector('biasGradient', outputs, given);
      builder.add('gradients', forward, {
        kind: 'denseBackward',
        forward,
        outputGradient,
        inputGradient,
        accumulateInput,
        kernelGradient,
        biasGradient,
        accumulate,
      });
      builder.objective(builder.elements(forward.output, rows), builder.elements(outputGradient, rows));
      if (inputGradient !== null) {
        builder.variable(
          'input',
          builder.elements(input, rows),
          builder.elements(inputGradient, rows),
          accumulateInput,
        );
      }
      if (kernelGradient !== null) {
        builder.variable('kernel', builder.all(kernel), builder.all(kernelGradient), accumulate);
      }
      if (bias !== null && biasGradient !== null) {
        builder.variable('bias', builder.all(bias), builder.all(biasGradient), accumulate);
      }
      return builder.build(['gradients']);
    },
  };
}

const shapes = [
  [1, 1, 1, 1],
  [17, 5, 3, 7],
  [8, 33, 2, 3],
  [65, 19, 5, 4],
  [3, 88, 1, 2],
  [46, 2, 11, 5],
] as const;

export const denseCases: readonly CaseSource[] = [
  ...shapes.map(([inputs, outputs, timesteps, batch]) =>
    denseCase(`${inputs} to ${outputs}, T${timesteps} B${batch}`, {
      inputs,
      outputs,
      extent: { timesteps, batch },
    }),
  ),
  ...activations.map((activation) => denseCase(activation, { activation, outputs: 7 })),
  ...activations.map((activation) =>
    denseCase(`${activation}, saturated`, { activation, outputs: 5, inputScale: 40 }),
  ),
  denseCase('one row a sample', { rows: 'batch', activation: 'tanh', extent: { timesteps: 4, batch: 5 } }),
  denseCase('no bias', { bias: false }),
  denseCase('windows of columns', { margin: { left: 2, right: 3 }, activation: 'sigmoid' }),
  denseCase('accumulate', { accumulate: true, accumulateInput: true, activation: 'tanh' }),
  denseCase('no input gradient', { inputGradient: false }),
  denseCase('frozen', { frozen: true, activation: 'relu' }),
  denseCase('run smaller than the plan', {
    extent: { timesteps: 2, batch: 3 },
    capacity: { timesteps: 4, batch: 5 },
    activation: 'gelu',
  }),
  denseCase('batch rows, run smaller than the plan', {
    rows: 'batch',
    extent: { timesteps: 2, batch: 3 },
    capacity: { timesteps: 4, batch: 5 },
    activation: 'swish',
  }),
];
