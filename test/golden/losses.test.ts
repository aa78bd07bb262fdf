import { describe, expect, it } from 'vitest';
import type { Loss } from '../../engine/ops/loss.ts';
import { resultIndex } from '../../engine/plan/plan.ts';
import { reference } from '../support/backends.ts';
import { CaseBuilder, outputFill } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenLosses {
  readonly rows: number;
  readonly scale: number;
  readonly weights: number[];
  readonly cases: {
    readonly loss: Loss;
    readonly columns: number;
    readonly labels: boolean;
    readonly predictions: number[];
    readonly targets: number[];
    /** Relative error that the value may have. */
    readonly precision: number;
    readonly value: number;
    readonly gradient: number[];
  }[];
}

const files = ['losses', 'keras_losses'].map((name) => [name, readGolden<GoldenLosses>(name)] as const);

describe.each(files)('%s: value and gradient', (_, { rows, scale, weights, cases }) => {
  it.each(cases)('$loss', async (golden) => {
    const builder = new CaseBuilder('loss', { timesteps: 1, batch: rows });
    const columns = golden.predictions.length / rows;
    const gradient = builder.matrix('gradient', 'batch', columns, outputFill);
    builder.scalar('lossScale', scale);
    builder.add('gradients', {
      kind: 'loss',
      rows: 'batch',
      loss: golden.loss,
      predictions: builder.matrix('predictions', 'batch', columns, { exactly: golden.predictions }),
      targets: golden.labels
        ? builder.integers('labels', { perBatchRow: 1 }, golden.targets)
        : builder.matrix('targets', 'batch', golden.columns, { exactly: golden.targets }).slot,
      weights: builder.matrix('weights', 'batch', 1, { exactly: weights }).slot,
      gradient,
      accumulate: false,
    });
    const memory = await runCase(reference, builder.build(['gradients']));
    const value = memory.floats.get(builder.results)?.[resultIndex.loss] as number;
    expect(relativeError([value], [golden.value])).toBeLessThanOrEqual(golden.precision);
    const written = memory.floats.get(gradient.slot) ?? [];
    expect(relativeError(written, golden.gradient)).toBeLessThanOrEqual(doublePrecision);
  });
});
