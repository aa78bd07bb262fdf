import type { Matrix } from '../../../engine/ops/matrix.ts';
import type { PoolForward } from '../../../engine/ops/op.ts';
import type { Extent } from '../../../engine/plan/plan.ts';
import type { CaseSource, Tolerance } from '../case.ts';
import { CaseBuilder, type Fill, type Margin, outputFill } from '../case-builder.ts';

interface SequenceOptions {
  readonly columns: number;
  readonly extent: Extent;
  readonly capacity: Extent | undefined;
  readonly lengths: readonly number[] | null;
  readonly margin: Margin | undefined;
  readonly accumulate: boolean;
  readonly accumulateInput: boolean;
  readonly frozen: boolean;
  readonly input: Fill;
  /** Off where the input sits on a kink. */
  readonly gradientCheck: boolean;
}

const defaults: SequenceOptions = {
  columns: 5,
  extent: { timesteps: 4, batch: 3 },
  capacity: undefined,
  lengths: null,
  margin: undefined,
  accumulate: false,
  accumulateInput: false,
  frozen: false,
  input: { scale: 1 },
  gradientCheck: true,
};

interface Ends {
  readonly input: Matrix;
  readonly output: Matrix;
  readonly outputGradient: Matrix;
  readonly inputGradient: Matrix;
  readonly lengths: number | null;
}

/** A sequence in, one row a sample out, and the gradients of both; declared to the gradient check. */
function addEnds(builder: CaseBuilder, options: SequenceOptions): Ends {
  const { columns, margin, accumulateInput } = options;
  const ends: Ends = {
    input: builder.matrix('input', 'sequence', columns, options.input, margin),
    output: builder.matrix('output', 'batch', columns, outputFill, margin),
    outputGradient: builder.matrix('outputGradient', 'batch', columns, { scale: 1 }, margin),
    inputGradient: builder.matrix(
      'inputGradient',
      'sequence',
      columns,
      accumulateInput ? { scale: 1 } : outputFill,
      margin,
    ),
    lengths:
      options.lengths === null ? null : builder.integers('lengths', { perBatchRow: 1 }, options.lengths),
  };
  if (!options.gradientCheck) return ends;
  builder.objective(builder.elements(ends.output, 'batch'), builder.elements(ends.outputGradient, 'batch'));
  builder.variable(
    'input',
    builder.elements(ends.input, 'sequence'),
    builder.elements(ends.inputGradient, 'sequence'),
    accumulateInput,
  );
  return ends;
}

function poolCase(
  mode: PoolForward['mode'],
  title: string,
  changes: Partial<SequenceOptions> = {},
): CaseSource {
  const name = `pool: ${mode}${title}`;
  return {
    name,
    build: () => {
      const options = { ...defaults, ...changes };
      const builder = new CaseBuilder(name, options.extent, options.capacity);
      const { input, output, outputGradient, inputGradient, lengths } = addEnds(builder, options);
      const positions =
        mode === 'max' ? builder.integers('positions', { perBatchRow: options.columns }, []) : null;
      const forward = { kind: 'poolForward' as const, mode, input, output, lengths, positions };
      builder.add('gradients', forward, {
        kind: 'poolBackward',
        forward,
        outputGradient,
        inputGradient,
        accumulateInput: options.accumulateInput,
      });
      return builder.build(['gradients']);
    },
  };
}

function attentionCase(
  title: string,
  size: number,
  changes: Partial<SequenceOptions> = {},
  tolerance?: Tolerance,
): CaseSource {
  const name = `attention: ${title}`;
  return {
    name,
    build: () => {
      const options = { ...defaults, ...changes };
      const { columns, accumulate, frozen } = options;
      const builder = new CaseBuilder(name, options.extent, options.capacity);
      const ends = addEnds(builder, options);
      const forward = {
        kind: 'attentionForward' as const,
        input: ends.input,
        kernel: builder.vector('kernel', columns * size, { scale: 1 }),
        bias: builder.vector('bias', size, { scale: 1 }),
        vector: builder.vector('vector', size, { scale: 1.5 }),
        size,
        lengths: ends.lengths,
        projected: builder.matrix('projected', 'sequence', size, outputFill).slot,
        weights: builder.matrix('weights', 'sequence', 1, outputFill).slot,
        output: ends.output,
      };
      if (options.lengths !== null) builder.leaveUnspecified(forward.projected);
      const gradientOf = (part: 'kernel' | 'bias' | 'vector'): number | null => {
        if (frozen) return null;
        const weight = builder.all(forward[part]);
        const fill = accumulate ? { scale: 1 } : outputFill;
        const gradient = builder.vector(`${part}Gradient`, weight.indices.length, fill);
        builder.variable(part, weight, builder.all(gradient), accumulate);
        return gradient;
      };
      builder.add('gradients', forward, {
        kind: 'attentionBackward',
        forward,
        outputGradient: ends.outputGradient,
        inputGradient: ends.inputGradient,
        accumulateInput: options.accumulateInput,
        kernelGradient: gradientOf('kernel'),
        biasGradient: gradientOf('bias'),
        vectorGradient: gradientOf('vector'),
        accumulate,
      });
      return builder.build(['gradients'], tolerance);
    },
  };
}

interface EmbeddingOptions {
  readonly entries: number;
  readonly width: number;
  readonly extent: Extent;
  readonly capacity: Extent | undefined;
  readonly lengths: readonly number[] | null;
  readonly margin: Margin | undefined;
  readonly accumulate: boolean;
  readonly indices: (row: number) => number;
}

function embeddingCase(title: string, changes: Partial<EmbeddingOptions> = {}): CaseSource {
  const name = `embedding: ${title}`;
  return {
    name,
    build: () => {
      const options: EmbeddingOptions = {
        entries: 7,
        width: 5,
        extent: { timesteps: 4, batch: 3 },
        capacity: undefined,
        lengths: null,
        margin: undefined,
        accumulate: false,
        indices: (row) => (row * 5 + 3) % 7,
        ...changes,
      };
      const { entries, width, extent, margin, accumulate } = options;
      const builder = new CaseBuilder(name, extent, options.capacity);
      // Three columns of indices, of which the middle one is looked up.
      const rows = extent.timesteps * extent.batch;
      const values = Array.from({ length: rows }, (_, row) => [-1, options.indices(row), -1]).flat();
      const indices: Matrix = {
        slot: builder.integers('indices', { perSequenceRow: 3 }, values),
        column: 1,
        columns: 1,
        stride: 3,
      };
      const table = builder.vector('table', entries * width, { scale: 1 });
      const output = builder.matrix('output', 'sequence', width, outputFill, margin);
      const lengths =
        options.lengths === null ? null : builder.integers('lengths', { perBatchRow: 1 }, options.lengths);
      const outputGradient = builder.matrix(
        'outputGradient',
        'sequence',
        width,
        options.lengths === null ? { scale: 1 } : paddedWithZeros(options.lengths, extent, width),
        margin,
      );
      const tableGradient = builder.vector(
        'tableGradient',
        entries * width,
        accumulate ? { scale: 1 } : outputFill,
      );
      builder.add(
        'gradients',
        { kind: 'embeddingForward', indices, table, entries, output },
        { kind: 'embeddingBackward', indices, entries, lengths, outputGradient, tableGradient, accumulate },
      );
      builder.objective(builder.elements(output, 'sequence'), builder.elements(outputGradient, 'sequence'));
      builder.variable('table', builder.all(table), builder.all(tableGradient), accumulate);
      return builder.build(['gradients']);
    },
  };
}

/** Values at valid steps; at padded steps 0, so that the objective of the gradient check does not see them. */
function paddedWithZeros(lengths: readonly number[], extent: Extent, width: number): number[] {
  return Array.from({ length: extent.timesteps * extent.batch * width }, (_, index) => {
    const row = Math.floor(index / width);
    const valid = Math.floor(row / extent.batch) < (lengths[row % extent.batch] as number);
    return valid ? ((index * 37) % 11) / 8 - 0.6 : 0;
  });
}

/** The gradient at padded steps is not zero here and must not reach the table. */
const paddedGradientIgnored: CaseSource = {
  name: 'embedding: gradient at padded steps ignored',
  build: () => {
    const extent = { timesteps: 3, batch: 2 };
    const builder = new CaseBuilder('embedding: padded', extent);
    const indices: Matrix = {
      slot: builder.integers('indices', { perSequenceRow: 1 }, [0, 1, 1, 1, 2, 0]),
      column: 0,
      columns: 1,
      stride: 1,
    };
    builder.add('gradients', {
      kind: 'embeddingBackward',
      indices,
      entries: 3,
      lengths: builder.integers('lengths', { perBatchRow: 1 }, [3, 1]),
      outputGradient: builder.matrix('outputGradient', 'sequence', 4, { scale: 1 }),
      tableGradient: builder.vector('tableGradient', 12, outputFill),
      accumulate: false,
    });
    return builder.build(['gradients']);
  },
};

const modes = ['last', 'first', 'mean', 'max'] as const;
const smaller = { extent: { timesteps: 2, batch: 2 }, capacity: { timesteps: 4, batch: 5 } };
const long = { extent: { timesteps: 23, batch: 9 }, columns: 33 };

export const sequenceCases: readonly CaseSource[] = [
  ...modes.flatMap((mode) => [
    poolCase(mode, ''),
    poolCase(mode, ', lengths', { lengths: [4, 1, 2] }),
    poolCase(mode, ', one step, one sample, one column', { extent: { timesteps: 1, batch: 1 }, columns: 1 }),
    poolCase(mode, ', windows of columns', { margin: { left: 2, right: 5 }, lengths: [2, 4, 3] }),
    poolCase(mode, ', added to the input gradient', { accumulateInput: true, lengths: [3, 3, 1] }),
    poolCase(mode, ', run smaller than the plan', { ...smaller, lengths: [1, 2] }),
    poolCase(mode, ', long', long),
  ]),
  poolCase('max', ', ties', { input: 0.25, lengths: [4, 2, 3], gradientCheck: false }),
  poolCase('max', ', all negative', {
    input: Array.from({ length: 60 }, (_, index) => -1 - ((index * 7) % 60)),
  }),
  attentionCase('size 4', 4),
  attentionCase('size 1, one step, one sample', 1, { extent: { timesteps: 1, batch: 1 }, columns: 1 }),
  attentionCase('lengths', 3, { lengths: [4, 1, 2] }),
  attentionCase('windows of columns, added', 5, {
    margin: { left: 1, right: 3 },
    accumulate: true,
    accumulateInput: true,
    lengths: [2, 4, 3],
  }),
  attentionCase('run smaller than the plan', 4, { ...smaller, lengths: [2, 1] }),
  attentionCase('long', 17, long),
  attentionCase(
    'scores far apart',
    6,
    { input: { scale: 100 } },
    {
      relative: 1e-5,
      absolute: 2e-4,
      reason:
        'the projection is saturated, and 1 - tanh^2 of a float32 near 1 has no digits left; times inputs of 100',
    },
  ),
  attentionCase('frozen', 4, { frozen: true }),
  embeddingCase('repeated indices'),
  embeddingCase('one index everywhere', { indices: () => 6, extent: { timesteps: 7, batch: 5 } }),
  embeddingCase('lengths', { lengths: [4, 1, 2] }),
  embeddingCase('accumulate', { accumulate: true, width: 1 }),
  embeddingCase('windows of columns', { margin: { left: 3, right: 2 }, width: 17 }),
  embeddingCase('run smaller than the plan', { ...smaller, lengths: [2, 1] }),
  paddedGradientIgnored,
];
