import { WorkbenchError } from '../base/errors.ts';
import type { AttentionForward, Op, PoolForward } from '../ops/op.ts';
import { columnsOf, type Mode, type PlanBuilder, type Stage } from './builder.ts';

/** From states at every step [T*B,C] to what the head sees: the same, or one row a sample [B,C]. */
export function readoutStage(builder: PlanBuilder, ops: Op[], mode: Mode, below: Stage): Stage {
  switch (builder.model.readout) {
    case 'every':
      return below;
    case 'attention':
      return attentionStage(builder, ops, below);
    case 'last':
      return poolStage(builder, ops, below, lastOfEachDirection(builder, below));
    case 'mean':
      return poolStage(builder, ops, below, [pool(builder, below, 'mean')]);
    case 'max':
      return poolStage(builder, ops, below, [
        { ...pool(builder, below, 'max'), positions: mode === 'training' ? positions(builder, below) : null },
      ]);
  }
}

function pool(builder: PlanBuilder, below: Stage, mode: PoolForward['mode']): PoolForward {
  return {
    kind: 'poolForward',
    mode,
    input: below.output,
    output: builder.activation('readout', 'batch', below.output.columns),
    lengths: builder.lengths,
    positions: null,
  };
}

/** The last state of a forward direction is at the last valid step, that of a reversed one at the first. */
function lastOfEachDirection(builder: PlanBuilder, below: Stage): PoolForward[] {
  const layer = builder.model.layers.at(-1);
  return (layer?.directions ?? []).map(({ reverse, column }) => {
    const whole = pool(builder, below, reverse ? 'first' : 'last');
    const units = layer?.units ?? 0;
    return {
      ...whole,
      input: columnsOf(whole.input, column, units),
      output: columnsOf(whole.output, column, units),
    };
  });
}

function positions(builder: PlanBuilder, below: Stage): number {
  return builder.slot(
    'activation/readout.positions',
    'activation',
    { perBatchRow: below.output.columns },
    'int',
  );
}

function poolStage(builder: PlanBuilder, ops: Op[], below: Stage, forwards: readonly PoolForward[]): Stage {
  ops.push(...forwards);
  const output = builder.activation('readout', 'batch', below.output.columns);
  return {
    name: 'readout',
    output,
    learns: below.learns,
    backward: (outputGradient) => {
      if (!below.learns) return;
      const target = builder.gradient(below.name, 'sequence', below.output.columns);
      for (const forward of forwards) {
        const { column, columns } = forward.output;
        ops.push({
          kind: 'poolBackward',
          forward,
          outputGradient: columnsOf(outputGradient, column, columns),
          inputGradient: columnsOf(target, column, columns),
          accumulateInput: false,
        });
      }
      below.backward(target);
    },
  };
}

function attentionStage(builder: PlanBuilder, ops: Op[], below: Stage): Stage {
  const size = builder.model.attentionSize;
  const output = builder.activation('readout', 'batch', below.output.columns);
  const forward: AttentionForward = {
    kind: 'attentionForward',
    input: below.output,
    kernel: builder.parameter('attention.kernel').slot,
    bias: builder.parameter('attention.bias').slot,
    vector: builder.parameter('attention.vector').slot,
    size,
    lengths: builder.lengths,
    projected: builder.activation('attention.projected', 'sequence', size).slot,
    weights: attentionWeights(builder),
    output,
  };
  ops.push(forward);
  const learns = below.learns || builder.learns('attention');
  return {
    name: 'readout',
    output,
    learns,
    backward: (outputGradient) => {
      if (!learns) return;
      // The op always writes this gradient; below a frozen stack it is simply not used.
      const target = builder.gradient(below.name, 'sequence', below.output.columns);
      ops.push({
        kind: 'attentionBackward',
        forward,
        outputGradient,
        inputGradient: target,
        accumulateInput: false,
        kernelGradient: builder.gradientOf('attention.kernel'),
        biasGradient: builder.gradientOf('attention.bias'),
        vectorGradient: builder.gradientOf('attention.vector'),
        accumulate: builder.settings.accumulate,
      });
      if (below.learns) below.backward(target);
    },
  };
}

/** [T*B] softmax weights of the attention read-out. */
export function attentionWeights(builder: PlanBuilder): number {
  if (builder.model.readout !== 'attention') throw new WorkbenchError('internal', 'There is no attention');
  return builder.slot('activation/attention.weights', 'activation', { perSequenceRow: 1 });
}
