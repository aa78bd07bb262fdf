import { describe, expect, it } from 'vitest';
import type { Constrain } from '../../engine/ops/op.ts';
import { resultIndex } from '../../engine/plan/plan.ts';
import { reference } from '../support/backends.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenUpdates {
  readonly constraints: (Pick<Constrain, 'constraint' | 'limit' | 'rows' | 'columns'> & {
    readonly weight: number[];
    readonly constrained: number[];
  })[];
  readonly regularizers: {
    readonly l1: number;
    readonly l2: number;
    readonly weight: number[];
    readonly penalty: number;
    readonly gradient: number[];
  }[];
}

const { constraints, regularizers } = readGolden<GoldenUpdates>('keras_updates');

describe('constraints as Keras', () => {
  it.each(constraints)('$constraint of $rows x $columns', async ({ weight, constrained, ...constraint }) => {
    const builder = new CaseBuilder('constrain', { timesteps: 1, batch: 1 });
    const parameter = builder.vector('parameter', weight.length, { exactly: weight });
    builder.add('update', { kind: 'constrain', parameter, ...constraint });
    const memory = await runCase(reference, builder.build(['update']));
    expect(relativeError(memory.floats.get(parameter) ?? [], constrained)).toBeLessThanOrEqual(
      doublePrecision,
    );
  });
});

describe('regularizers as Keras', () => {
  it.each(regularizers)('l1 $l1, l2 $l2', async ({ weight, penalty, gradient: expected, l1, l2 }) => {
    const builder = new CaseBuilder('regularize', { timesteps: 1, batch: 1 });
    const parameter = builder.vector('parameter', weight.length, { exactly: weight });
    const gradient = builder.vector('gradient', weight.length, 0);
    builder.add('update', { kind: 'regularize', parameter, gradient, l1, l2, first: true });
    const memory = await runCase(reference, builder.build(['update']));
    expect(memory.floats.get(builder.results)?.[resultIndex.penalty]).toBeCloseTo(penalty, 12);
    expect(relativeError(memory.floats.get(gradient) ?? [], expected)).toBeLessThanOrEqual(doublePrecision);
  });
});
