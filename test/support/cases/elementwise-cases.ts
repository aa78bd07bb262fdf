import type { Rows } from '../../../engine/ops/matrix.ts';
import type { Dropout, RandomMask } from '../../../engine/ops/op.ts';
import type { CaseSource } from '../case.ts';
import { CaseBuilder, outputFill } from '../case-builder.ts';

const extent = { timesteps: 5, batch: 3 };
const margin = { left: 2, right: 1 };

function dropoutCase(
  title: string,
  changes: Partial<Omit<Dropout, 'kind' | 'input' | 'output'>>,
): CaseSource {
  const name = `dropout: ${title}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, extent);
      const rows = changes.rows ?? 'sequence';
      const input = builder.matrix('input', rows, 7, { scale: 1 }, margin);
      const output = builder.matrix('output', rows, 7, changes.accumulate ? { scale: 1 } : outputFill);
      const outputGradient = builder.matrix('outputGradient', rows, 7, { scale: 1 });
      const inputGradient = builder.matrix('inputGradient', rows, 7, outputFill, margin);
      const op: Dropout = {
        kind: 'dropout',
        rows,
        input,
        output,
        rate: 0.4,
        stream: 1003,
        sharedOverTime: false,
        accumulate: false,
        ...changes,
      };
      builder.add('gradients', op, {
        ...op,
        input: outputGradient,
        output: inputGradient,
        accumulate: false,
      });
      builder.objective(builder.elements(output, rows), builder.elements(outputGradient, rows));
      builder.variable('input', builder.elements(input, rows), builder.elements(inputGradient, rows));
      return builder.build(['gradients']);
    },
  };
}

const dropoutInPlace: CaseSource = {
  name: 'dropout: in place, run smaller than the plan',
  build: () => {
    const builder = new CaseBuilder('dropout: in place', extent, { timesteps: 9, batch: 4 });
    const matrix = builder.matrix('input', 'sequence', 5, { scale: 1 }, margin);
    builder.add('gradients', {
      kind: 'dropout',
      rows: 'sequence',
      input: matrix,
      output: matrix,
      rate: 0.25,
      stream: 1000,
      sharedOverTime: true,
      accumulate: false,
    });
    return builder.build(['gradients']);
  },
};

function maskCase(
  title: string,
  changes: Partial<Omit<RandomMask, 'kind' | 'mask'>>,
  words: readonly [number, number, number, number] = [1, 0, 0, 0],
): CaseSource {
  const name = `random mask: ${title}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, extent, { timesteps: 6, batch: 4 });
      builder.randomWords(words);
      const rows = changes.rows ?? 'batch';
      const columns = changes.columns ?? 9;
      builder.add('gradients', {
        kind: 'randomMask',
        rows,
        mask: builder.matrix('mask', rows, columns, outputFill).slot,
        columns,
        rate: 0.3,
        stream: 1001,
        use: 'dropout',
        ...changes,
      });
      return builder.build(['gradients']);
    },
  };
}

function addCase(title: string, rows: Rows, accumulate: boolean): CaseSource {
  const name = `add: ${title}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, extent, { timesteps: 7, batch: 4 });
      const input = builder.matrix('input', rows, 5, { scale: 1 }, margin);
      const output = builder.matrix('output', rows, 5, accumulate ? { scale: 1 } : outputFill, {
        left: 0,
        right: 3,
      });
      builder.add('gradients', { kind: 'add', rows, input, output, accumulate });
      return builder.build(['gradients']);
    },
  };
}

const zeroCase: CaseSource = {
  name: 'zero',
  build: () => {
    const builder = new CaseBuilder('zero', extent);
    const slots = [1, 5, 33].map((count) => builder.vector(`gradient ${count}`, count, { scale: 1 }));
    builder.add('zeroGradients', { kind: 'zero', slots });
    return builder.build(['zeroGradients']);
  },
};

const movingAverageCase: CaseSource = {
  name: 'moving average',
  build: () => {
    const builder = new CaseBuilder('moving average', extent);
    builder.add('update', {
      kind: 'movingAverage',
      parameter: builder.vector('parameter', 19, { scale: 1 }),
      average: builder.vector('average', 19, { scale: 1 }),
      decay: 0.9,
    });
    return builder.build(['update', 'update', 'update']);
  },
};

export const elementwiseCases: readonly CaseSource[] = [
  dropoutCase('every step its own mask', {}),
  dropoutCase('one mask for all steps', { sharedOverTime: true }),
  dropoutCase('one row a sample', { rows: 'batch' }),
  dropoutCase('added to the output', { accumulate: true }),
  dropoutCase('rate 0', { rate: 0 }),
  dropoutCase('rate 0.9', { rate: 0.9, stream: 1 }),
  dropoutInPlace,
  maskCase('dropout, one row a sample', {}),
  maskCase('dropout, one row a step', { rows: 'sequence', columns: 5 }),
  maskCase('zoneout', { rows: 'sequence', use: 'zoneout', columns: 3 }),
  maskCase('all bits of seed and step', { stream: 2 ** 31 + 5 }, [-1, 0x1fffff, -2, 7]),
  maskCase('one column', { columns: 1, rate: 0.5 }),
  addCase('copy', 'sequence', false),
  addCase('sum', 'sequence', true),
  addCase('copy, one row a sample', 'batch', false),
  addCase('sum, one row a sample', 'batch', true),
  zeroCase,
  movingAverageCase,
];
