import { describe, expect, it } from 'vitest';
import { type Optimizer, optimizerSlotNames } from '../../engine/ops/optimizer.ts';
import { scalarCount } from '../../engine/plan/plan.ts';
import { optimizerScalars, setOptimizerScalars } from '../../engine/train/optimizers.ts';
import { reference } from '../support/backends.ts';
import type { CaseRun } from '../support/case.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenOptimizers {
  readonly initial: number[];
  /** One row a step. */
  readonly gradients: number[][];
  readonly cases: {
    readonly name: string;
    readonly optimizer: Optimizer;
    readonly learningRate: number;
    readonly decay: number;
    /** After each step. */
    readonly parameters: number[][];
  }[];
}

const golden = readGolden<GoldenOptimizers>('optimizers');
const extent = { timesteps: 1, batch: 1 };

/** Coefficients from engine/train, formulas from the reference backend: together they are torch.optim. */
describe('20 steps of every optimizer', () => {
  it.each(golden.cases)('$name', async ({ optimizer, learningRate, decay, parameters }) => {
    const count = golden.initial.length;
    const builder = new CaseBuilder('optimizer', extent);
    const parameter = builder.vector('parameter', count, { exactly: golden.initial });
    const gradient = builder.vector('gradient', count, 0);
    const start = optimizer.kind === 'adagrad' ? optimizer.initialAccumulator : 0;
    const slots = optimizerSlotNames(optimizer).map((name) => builder.vector(name, count, start));
    builder.add('update', {
      kind: 'optimizerUpdate',
      optimizer,
      parameter,
      gradient,
      slots,
      multiplier: 1,
      decay,
    });
    const runs = golden.gradients.map((values, index): CaseRun => {
      const scalars = new Float64Array(scalarCount);
      setOptimizerScalars(scalars, optimizerScalars(optimizer, index + 1, learningRate));
      return {
        program: 'update',
        extent,
        writes: new Map([
          [gradient, Float64Array.from(values)],
          [builder.scalars, scalars],
        ]),
      };
    });
    expect(parameters.length).toBe(20);
    for (const steps of [1, 2, 7, 20]) {
      const memory = await runCase(reference, builder.build(runs.slice(0, steps)));
      const expected = parameters[steps - 1] ?? [];
      expect(relativeError(memory.floats.get(parameter) ?? [], expected)).toBeLessThanOrEqual(
        doublePrecision,
      );
    }
  });
});
