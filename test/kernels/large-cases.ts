import type { Loss } from '../../engine/ops/loss.ts';
import type { Matrix } from '../../engine/ops/matrix.ts';
import type { Case } from '../support/case.ts';
import { CaseBuilder, outputFill } from '../support/case-builder.ts';

/**
 * Ops large enough that several threads get blocks of their own, with partial sums to combine: the case table keeps
 * its plans small. Sizes are odd, so that the last block and the last vector are not full.
 */
export interface LargeCase {
  readonly name: string;
  readonly build: () => Case;
}

const sequence = { timesteps: 37, batch: 11 };
const lengths = [37, 1, 20, 36, 5, 37, 12, 30, 2, 19, 8];

function dense(inputs: number, outputs: number): LargeCase {
  const name = `dense ${inputs} to ${outputs}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, sequence);
      const input = builder.matrix('input', 'sequence', inputs, { scale: 1 });
      const output = builder.matrix('output', 'sequence', outputs, outputFill);
      const outputGradient = builder.matrix('output gradient', 'sequence', outputs, { scale: 1 });
      const forward = {
        kind: 'denseForward',
        rows: 'sequence',
        input,
        kernel: builder.vector('kernel', inputs * outputs, { scale: 0.3 }),
        bias: builder.vector('bias', outputs, { scale: 1 }),
        activation: 'tanh',
        output,
        preactivation: null,
      } as const;
      builder.add('gradients', forward, {
        kind: 'denseBackward',
        forward,
        outputGradient,
        inputGradient: builder.matrix('input gradient', 'sequence', inputs, outputFill),
        accumulateInput: false,
        kernelGradient: builder.vector('kernel gradient', inputs * outputs, outputFill),
        biasGradient: builder.vector('bias gradient', outputs, outputFill),
        accumulate: false,
      });
      return builder.build(['gradients']);
    },
  };
}

const attention: LargeCase = {
  name: 'attention',
  build: () => {
    const builder = new CaseBuilder('large attention', sequence);
    const columns = 70;
    const size = 33;
    const projected = builder.matrix('projected', 'sequence', size, 0).slot;
    const forward = {
      kind: 'attentionForward',
      input: builder.matrix('input', 'sequence', columns, { scale: 1 }),
      kernel: builder.vector('kernel', columns * size, { scale: 0.2 }),
      bias: builder.vector('bias', size, { scale: 1 }),
      vector: builder.vector('vector', size, { scale: 1 }),
      size,
      lengths: builder.integers('lengths', { perBatchRow: 1 }, lengths),
      projected,
      weights: builder.matrix('weights', 'sequence', 1, 0).slot,
      output: builder.matrix('output', 'batch', columns, outputFill),
    } as const;
    builder.leaveUnspecified(projected);
    builder.add('gradients', forward, {
      kind: 'attentionBackward',
      forward,
      outputGradient: builder.matrix('output gradient', 'batch', columns, { scale: 1 }),
      inputGradient: builder.matrix('input gradient', 'sequence', columns, outputFill),
      accumulateInput: false,
      kernelGradient: builder.vector('kernel gradient', columns * size, outputFill),
      biasGradient: builder.vector('bias gradient', size, outputFill),
      vectorGradient: builder.vector('vector gradient', size, outputFill),
      accumulate: false,
    });
    return builder.build(['gradients']);
  },
};

function loss(kind: Loss, columns: number, classes: boolean): LargeCase {
  const name = `loss ${kind.kind}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, sequence);
      const rows = sequence.timesteps * sequence.batch;
      const labels = Array.from({ length: rows }, (_, row) => (row * 7) % columns);
      const weights = Array.from({ length: rows }, (_, row) => row % 5);
      builder.scalar('lossScale', 0.25);
      builder.add('gradients', {
        kind: 'loss',
        rows: 'sequence',
        loss: kind,
        predictions: builder.matrix('predictions', 'sequence', columns, { scale: 4 }),
        targets: classes
          ? builder.integers('labels', { perSequenceRow: 1 }, labels)
          : builder.matrix('targets', 'sequence', columns, { scale: 1 }).slot,
        weights: builder.matrix('weights', 'sequence', 1, weights).slot,
        gradient: builder.matrix('gradient', 'sequence', columns, outputFill),
        accumulate: false,
      });
      return builder.build(['gradients']);
    },
  };
}

const update: LargeCase = {
  name: 'regularize, clip, update, constrain, average',
  build: () => {
    const builder = new CaseBuilder('large update', sequence);
    builder.scalar('learningRate', 2 ** -7);
    builder.scalar('c0', 1.5);
    builder.scalar('c1', 1.25);
    const sizes = [
      [143, 91],
      [1, 9001],
      [4096, 2],
    ] as const;
    const weights = sizes.map(([rows, columns], index) => ({
      rows,
      columns,
      parameter: builder.vector(`parameter ${index}`, rows * columns, { scale: 1 }),
      gradient: builder.vector(`gradient ${index}`, rows * columns, { scale: 0.1 }),
      mean: builder.vector(`mean ${index}`, rows * columns, { scale: 0.1 }),
      square: builder.vector(`square ${index}`, rows * columns, 0.01),
      average: builder.vector(`average ${index}`, rows * columns, { scale: 1 }),
    }));
    const gradients = weights.map((weight) => weight.gradient);
    weights.forEach(({ parameter, gradient }, index) => {
      builder.add('update', {
        kind: 'regularize',
        parameter,
        gradient,
        l1: 0.01,
        l2: 0.02,
        first: index === 0,
      });
    });
    builder.add('update', { kind: 'clipGradients', gradients, mode: 'value', threshold: 0.11 });
    builder.add('update', { kind: 'clipGradients', gradients, mode: 'tensorNorm', threshold: 5 });
    builder.add('update', { kind: 'clipGradients', gradients, mode: 'globalNorm', threshold: 6 });
    const adam = { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, amsgrad: false } as const;
    for (const { parameter, gradient, mean, square, average, rows, columns } of weights) {
      builder.add(
        'update',
        {
          kind: 'optimizerUpdate',
          optimizer: adam,
          parameter,
          gradient,
          slots: [mean, square],
          multiplier: 1,
          decay: 0.1,
        },
        { kind: 'constrain', parameter, rows, columns, constraint: 'maxNorm', limit: 3 },
        { kind: 'movingAverage', parameter, average, decay: 0.99 },
      );
    }
    return builder.build(['update']);
  },
};

const embedding: LargeCase = {
  name: 'embedding',
  build: () => {
    const builder = new CaseBuilder('large embedding', sequence);
    const rows = sequence.timesteps * sequence.batch;
    const entries = 40;
    const width = 19;
    const indices: Matrix = {
      slot: builder.integers(
        'indices',
        { perSequenceRow: 1 },
        Array.from({ length: rows }, (_, row) => (row * row) % entries),
      ),
      column: 0,
      columns: 1,
      stride: 1,
    };
    builder.add(
      'gradients',
      {
        kind: 'embeddingForward',
        indices,
        table: builder.vector('table', entries * width, { scale: 1 }),
        entries,
        output: builder.matrix('output', 'sequence', width, outputFill),
      },
      {
        kind: 'embeddingBackward',
        indices,
        entries,
        lengths: builder.integers('lengths', { perBatchRow: 1 }, lengths),
        outputGradient: builder.matrix('output gradient', 'sequence', width, { scale: 1 }),
        tableGradient: builder.vector('table gradient', entries * width, outputFill),
        accumulate: false,
      },
    );
    return builder.build(['gradients']);
  },
};

const masks: LargeCase = {
  name: 'dropout and masks',
  build: () => {
    const builder = new CaseBuilder('large masks', sequence);
    const columns = 103;
    builder.add(
      'gradients',
      {
        kind: 'dropout',
        rows: 'sequence',
        input: builder.matrix('input', 'sequence', columns, { scale: 1 }),
        output: builder.matrix('output', 'sequence', columns, outputFill),
        rate: 0.3,
        stream: 1007,
        sharedOverTime: false,
        accumulate: false,
      },
      {
        kind: 'randomMask',
        rows: 'sequence',
        mask: builder.matrix('mask', 'sequence', columns, outputFill).slot,
        columns,
        rate: 0.1,
        stream: 1008,
        use: 'zoneout',
      },
    );
    return builder.build(['gradients']);
  },
};

export const largeCases: readonly LargeCase[] = [
  dense(3, 130),
  dense(150, 1),
  dense(65, 67),
  attention,
  loss({ kind: 'meanSquaredError' }, 3, false),
  loss({ kind: 'binaryCrossEntropy', positiveWeight: 2, smoothing: 0.1 }, 9, false),
  loss({ kind: 'crossEntropy', smoothing: 0.1, classWeights: null }, 50, true),
  loss({ kind: 'focal', gamma: 2, classWeights: null }, 21, true),
  update,
  embedding,
  masks,
];
