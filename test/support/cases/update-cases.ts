import type { ClipGradients, Constrain } from '../../../engine/ops/op.ts';
import { type Optimizer, optimizerSlotNames } from '../../../engine/ops/optimizer.ts';
import { scalarCount, scalarIndex } from '../../../engine/plan/plan.ts';
import type { CaseRun, CaseSource } from '../case.ts';
import { CaseBuilder, type Fill } from '../case-builder.ts';

const extent = { timesteps: 2, batch: 2 };

function clipCase(
  title: string,
  mode: ClipGradients['mode'],
  threshold: number,
  fills: readonly Fill[],
): CaseSource {
  const name = `clip: ${title}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, extent);
      const sizes = [1, 17, 64, 5, 131];
      const gradients = fills.map((fill, index) =>
        builder.vector(`gradient ${index}`, sizes[index] ?? 3, fill),
      );
      builder.add('update', { kind: 'clipGradients', gradients, mode, threshold });
      return builder.build(['update']);
    },
  };
}

const ordinary: readonly Fill[] = [{ scale: 1 }, { scale: 3 }, { scale: 0.01 }, 0, { scale: 1 }];
const extreme: readonly Fill[] = [{ scale: 1e15 }, { scale: 1e-15 }, { scale: 1 }];

const penalty: CaseSource = {
  name: 'regularize: L1 and L2 of several weights',
  build: () => {
    const builder = new CaseBuilder('regularize', extent);
    const settings = [
      [0.1, 0],
      [0, 0.2],
      [0.05, 0.01],
    ] as const;
    settings.forEach(([l1, l2], index) => {
      const parameter = builder.vector(`parameter ${index}`, 7 + index, { scale: 1 });
      const gradient = builder.vector(`gradient ${index}`, 7 + index, { scale: 1 });
      builder.add('update', { kind: 'regularize', parameter, gradient, l1, l2, first: index === 0 });
      builder.variable(`parameter ${index}`, builder.all(parameter), builder.all(gradient), true);
    });
    builder.objectiveResult('penalty');
    return builder.build(['update']);
  },
};

const penaltyAtZero: CaseSource = {
  name: 'regularize: weights of 0 have no slope',
  build: () => {
    const builder = new CaseBuilder('regularize 0', extent);
    const parameter = builder.vector('parameter', 3, [0, -0, 1]);
    const gradient = builder.vector('gradient', 3, 0.5);
    builder.add('update', { kind: 'regularize', parameter, gradient, l1: 1, l2: 1, first: true });
    return builder.build(['update']);
  },
};

function constrainCase(
  constraint: Constrain['constraint'],
  rows: number,
  columns: number,
  fill: Fill,
): CaseSource {
  const name = `constrain: ${constraint} ${rows}x${columns} of ${JSON.stringify(fill)}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, extent);
      const parameter = builder.vector('parameter', rows * columns, fill);
      builder.add('update', { kind: 'constrain', parameter, rows, columns, constraint, limit: 1.5 });
      return builder.build(['update']);
    },
  };
}

const moments = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
const rmsprop = { kind: 'rmsprop', alpha: 0.9, epsilon: 1e-8, momentum: 0, centered: false } as const;
const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['sgd', { kind: 'sgd', momentum: 0, nesterov: false }],
  ['sgd momentum', { kind: 'sgd', momentum: 0.9, nesterov: false }],
  ['sgd nesterov', { kind: 'sgd', momentum: 0.9, nesterov: true }],
  ['adam', { kind: 'adam', ...moments, amsgrad: false }],
  ['amsgrad', { kind: 'adam', ...moments, amsgrad: true }],
  ['adamax', { kind: 'adamax', ...moments }],
  ['nadam', { kind: 'nadam', ...moments, momentumDecay: 0.004 }],
  ['radam', { kind: 'radam', ...moments }],
  ['rmsprop', rmsprop],
  ['rmsprop centered', { ...rmsprop, centered: true }],
  ['rmsprop momentum', { ...rmsprop, momentum: 0.9 }],
  ['rmsprop centered, momentum', { ...rmsprop, centered: true, momentum: 0.9 }],
  ['adagrad', { kind: 'adagrad', epsilon: 1e-10, initialAccumulator: 0 }],
  ['adadelta', { kind: 'adadelta', rho: 0.9, epsilon: 1e-6 }],
  ['lion', { kind: 'lion', beta1: 0.9, beta2: 0.99 }],
];

/**
 * Coefficients of step t = 1, 2, ...: any numbers of the right size will do, since both sides get the same; their
 * true formulas are held to PyTorch in test/golden. For radam, c1 is 0 (not rectified) in the first two steps.
 */
function scalarsOf(optimizer: Optimizer, step: number): Float64Array {
  const scalars = new Float64Array(scalarCount);
  scalars[scalarIndex.learningRate] = 0.05 / step;
  scalars[scalarIndex.c0] = 1 / (1 - 0.9 ** step);
  scalars[scalarIndex.c1] = optimizer.kind === 'radam' && step < 3 ? 0 : 1 / Math.sqrt(1 - 0.99 ** step);
  scalars[scalarIndex.c2] = 1 / Math.sqrt(1 - 0.99 ** step);
  return scalars.map(Math.fround);
}

/** Five steps with other gradients each time: random, zero, large, tiny. */
function optimizerCase(
  title: string,
  optimizer: Optimizer,
  count: number,
  multiplier = 1,
  decay = 0,
): CaseSource {
  const name = `optimizer: ${title}`;
  return {
    name,
    build: () => {
      const builder = new CaseBuilder(name, extent);
      const parameter = builder.vector('parameter', count, { scale: 1 });
      const gradient = builder.vector('gradient', count, 0);
      const start = optimizer.kind === 'adagrad' ? optimizer.initialAccumulator : 0;
      const slots = optimizerSlotNames(optimizer).map((slot) => builder.vector(slot, count, start));
      builder.add('update', {
        kind: 'optimizerUpdate',
        optimizer,
        parameter,
        gradient,
        slots,
        multiplier,
        decay,
      });
      const runs = [1, 0, 50, 1e-4, 1].map(
        (scale, index): CaseRun => ({
          program: 'update',
          extent,
          writes: new Map([
            [gradient, gradientValues(count, scale, index)],
            [builder.scalars, scalarsOf(optimizer, index + 1)],
          ]),
        }),
      );
      return builder.build(runs);
    },
  };
}

function gradientValues(count: number, scale: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) =>
    Math.fround(scale * Math.sin(1 + index * 12.9898 + seed * 78.233)),
  );
}

export const updateCases: readonly CaseSource[] = [
  clipCase('none', 'none', 1, ordinary),
  clipCase('value', 'value', 0.5, ordinary),
  clipCase('value, nothing limited', 'value', 10, ordinary),
  clipCase('tensor norm', 'tensorNorm', 1, ordinary),
  clipCase('tensor norm, nothing scaled', 'tensorNorm', 1000, ordinary),
  clipCase('global norm', 'globalNorm', 1, ordinary),
  clipCase('global norm, nothing scaled', 'globalNorm', 1000, ordinary),
  clipCase('global norm of large and tiny gradients', 'globalNorm', 1, extreme),
  clipCase('tensor norm of tiny gradients', 'tensorNorm', 1e-6, [{ scale: 1e-6 }, { scale: 2e-6 }]),
  clipCase('global norm of tiny gradients', 'globalNorm', 1e-6, [{ scale: 1e-6 }, { scale: 2e-6 }]),
  clipCase('global norm of zeros', 'globalNorm', 1, [0, 0]),
  penalty,
  penaltyAtZero,
  constrainCase('maxNorm', 5, 7, { scale: 2 }),
  constrainCase('maxNorm', 5, 7, { scale: 0.1 }),
  constrainCase('maxNorm', 9, 1, { scale: 2 }),
  constrainCase('maxNorm', 3, 4, 0),
  constrainCase('unitNorm', 5, 7, { scale: 2 }),
  constrainCase('unitNorm', 33, 1, { scale: 1e-3 }),
  constrainCase('nonNegative', 5, 7, { scale: 1 }),
  ...optimizers.map(([title, optimizer]) => optimizerCase(title, optimizer, 37)),
  ...optimizers.map(([title, optimizer]) =>
    optimizerCase(`${title}, decay and multiplier`, optimizer, 5, 0.5, 0.1),
  ),
  // An epsilon of 1e-8 is lost beside most gradients; this one shows where it is added.
  ...optimizers.flatMap(([title, optimizer]) =>
    'epsilon' in optimizer
      ? [optimizerCase(`${title}, large epsilon`, { ...optimizer, epsilon: 0.05 }, 9)]
      : [],
  ),
  optimizerCase('adam, one element', { kind: 'adam', ...moments, amsgrad: false }, 1),
  optimizerCase('adam, many elements', { kind: 'adam', ...moments, amsgrad: false }, 4099),
];
