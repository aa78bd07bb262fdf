import type { DenseDescription } from '../model/description.ts';
import { needsPreactivation } from '../ops/activation.ts';
import type { Rows } from '../ops/matrix.ts';
import type { DenseForward, Op } from '../ops/op.ts';
import type { Mode, PlanBuilder, Stage } from './builder.ts';

/** A dense layer with its activation and the dropout after it. */
export function denseStage(
  builder: PlanBuilder,
  ops: Op[],
  mode: Mode,
  layer: DenseDescription,
  rows: Rows,
  below: Stage,
): Stage {
  const { name, units, activation } = layer;
  const training = mode === 'training';
  const forward: DenseForward = {
    kind: 'denseForward',
    rows,
    input: below.output,
    kernel: builder.parameter(`${name}.kernel`).slot,
    bias: builder.parameter(`${name}.bias`).slot,
    activation,
    output: builder.activation(name, rows, units),
    preactivation:
      training && needsPreactivation(activation)
        ? builder.activation(`${name}.preactivation`, rows, units).slot
        : null,
  };
  ops.push(forward);
  const dropout = training && layer.dropout > 0 ? builder.dropout(rows, layer.dropout, false) : null;
  const output = dropout === null ? forward.output : builder.activation(`${name}.dropped`, rows, units);
  if (dropout !== null) ops.push(dropout(forward.output, output));

  const learns = below.learns || builder.learns(name);
  return {
    name,
    output,
    learns,
    backward: (outputGradient) => {
      if (!learns) return;
      if (dropout !== null) ops.push(dropout(outputGradient, outputGradient));
      const target = below.learns ? builder.gradient(below.name, rows, layer.inputs) : null;
      ops.push({
        kind: 'denseBackward',
        forward,
        outputGradient,
        inputGradient: target,
        accumulateInput: false,
        kernelGradient: builder.gradientOf(`${name}.kernel`),
        biasGradient: builder.gradientOf(`${name}.bias`),
        accumulate: builder.settings.accumulate,
      });
      if (target !== null) below.backward(target);
    },
  };
}
