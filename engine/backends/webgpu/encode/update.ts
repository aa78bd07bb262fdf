import type { ClipGradients, Constrain, OptimizerUpdate, Regularize } from '../../../ops/op.ts';
import type { Optimizer } from '../../../ops/optimizer.ts';
import { resultIndex } from '../../../plan/plan.ts';
import { groupSize } from '../kernel.ts';
import { sumPartsKernel } from '../kernels/loss.ts';
import {
  clipKernel,
  constrainKernel,
  normsKernel,
  optimizerKernel,
  regularizeKernel,
  squaresKernel,
} from '../kernels/update.ts';
import { aligned } from '../layout.ts';
import type { ProgramWriter } from '../program.ts';
import type { Constants } from '../template.ts';
import { writeZeros } from './movement.ts';

/** Elements in one partial sum of squares: squares.wgsl. */
const blockElements = 4096;

export function encodeRegularize(writer: ProgramWriter, op: Regularize): void {
  const to = writer.at(writer.plan.results) + resultIndex.penalty;
  if (op.first) writeZeros(writer, to, 1);
  const count = writer.size(op.parameter);
  const parts = Math.ceil(count / groupSize);
  const partsAt = writer.workspace(parts);
  writer.groupwise(
    regularizeKernel,
    {},
    {
      count,
      parts,
      partsAt,
      parameterAt: writer.at(op.parameter),
      gradientAt: writer.at(op.gradient),
      l1: op.l1,
      l2: op.l2,
    },
    parts,
  );
  writer.dispatch(
    sumPartsKernel,
    { SCALED: false, ACCUMULATE: true },
    { parts, partsAt, scaleAt: 0, to },
    [1, 1, 1],
  );
}

/** In the order of the numbers in norms.wgsl. */
const clipModes: readonly ClipGradients['mode'][] = ['none', 'value', 'tensorNorm', 'globalNorm'];

interface Stretch {
  readonly at: number;
  readonly count: number;
}

export function encodeClipGradients(writer: ProgramWriter, op: ClipGradients): void {
  const tensors = op.gradients.map((slot) => ({ at: writer.at(slot), count: writer.size(slot) }));
  // Only the norm of each tensor needs to know where one ends; the elements between two are zeros.
  const stretches = op.mode === 'tensorNorm' ? tensors : joined(tensors);
  const counts = stretches.map(({ count }) => Math.ceil(count / blockElements));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const squaresAt = writer.workspace(total);
  const limitedAt = writer.workspace(total);
  const factorsAt = writer.workspace(Math.max(1, stretches.length));
  const firsts: number[] = [];
  let first = 0;
  stretches.forEach(({ at, count }, index) => {
    const parts = counts[index] as number;
    firsts.push(first, parts);
    writer.groupwise(
      squaresKernel,
      {},
      {
        count,
        at,
        parts,
        squaresAt: squaresAt + first,
        limitedAt: limitedAt + first,
        threshold: op.threshold,
      },
      parts,
    );
    first += parts;
  });
  const resultsAt = writer.at(writer.plan.results);
  const elements = tensors.reduce((sum, { count }) => sum + count, 0);
  writer.dispatch(
    normsKernel,
    { MODE: clipModes.indexOf(op.mode) },
    {
      tensors: stretches.length,
      table: writer.integerTable(firsts),
      squaresAt,
      limitedAt,
      factorsAt,
      normTo: resultsAt + resultIndex.gradientNorm,
      fractionTo: resultsAt + resultIndex.clippedFraction,
      threshold: op.threshold,
      divisor: op.mode === 'value' ? elements : tensors.length,
    },
    [1, 1, 1],
  );
  if (op.mode === 'none') return;
  stretches.forEach(({ at, count }, index) => {
    writer.elementwise(
      clipKernel,
      { VALUES: op.mode === 'value' },
      {
        count,
        at,
        factorAt: factorsAt + (op.mode === 'tensorNorm' ? index : 0),
        threshold: op.threshold,
      },
    );
  });
}

/** Tensors that lie one behind the other as one. */
function joined(tensors: readonly Stretch[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const tensor of tensors) {
    const last = stretches.at(-1);
    if (last !== undefined && last.at + aligned(last.count) === tensor.at) {
      stretches[stretches.length - 1] = { at: last.at, count: tensor.at + tensor.count - last.at };
    } else {
      stretches.push(tensor);
    }
  }
  return stretches;
}

export function encodeOptimizerUpdate(writer: ProgramWriter, op: OptimizerUpdate): void {
  const { constants, a, b, epsilon } = settingsOf(op.optimizer);
  const [slot0 = null, slot1 = null, slot2 = null] = op.slots;
  writer.elementwise(optimizerKernel, constants, {
    count: writer.size(op.parameter),
    parameterAt: writer.at(op.parameter),
    gradientAt: writer.at(op.gradient),
    scalarsAt: writer.at(writer.plan.scalars),
    slot0: writer.atOrZero(slot0),
    slot1: writer.atOrZero(slot1),
    slot2: writer.atOrZero(slot2),
    multiplier: op.multiplier,
    decay: op.decay,
    a,
    restA: 1 - a,
    b,
    restB: 1 - b,
    epsilon,
  });
}

const flags = [
  'SGD_MOMENTUM',
  'MOMENTS',
  'ADAM',
  'ADAMAX',
  'NADAM',
  'RADAM',
  'RMSPROP',
  'MOMENTUM',
  'ADAGRAD',
  'ADADELTA',
  'LION',
  'FLAG',
] as const;

interface OptimizerSettings {
  readonly constants: Constants;
  readonly a: number;
  readonly b: number;
  readonly epsilon: number;
}

/** The flags and numbers of an optimizer as its shader names them. */
function settingsOf(optimizer: Optimizer): OptimizerSettings {
  const of = (on: readonly (typeof flags)[number][], a: number, b: number, epsilon: number) => ({
    constants: Object.fromEntries(flags.map((flag) => [flag, on.includes(flag)])),
    a,
    b,
    epsilon,
  });
  switch (optimizer.kind) {
    case 'sgd':
      return of(
        [
          ...(optimizer.momentum === 0 ? [] : (['SGD_MOMENTUM'] as const)),
          ...(optimizer.nesterov ? (['FLAG'] as const) : []),
        ],
        optimizer.momentum,
        0,
        0,
      );
    case 'adam':
      return of(
        ['MOMENTS', 'ADAM', ...(optimizer.amsgrad ? (['FLAG'] as const) : [])],
        optimizer.beta1,
        optimizer.beta2,
        optimizer.epsilon,
      );
    case 'adamax':
      return of(['ADAMAX'], optimizer.beta1, optimizer.beta2, optimizer.epsilon);
    case 'nadam':
      return of(['MOMENTS', 'NADAM'], optimizer.beta1, optimizer.beta2, optimizer.epsilon);
    case 'radam':
      return of(['MOMENTS', 'RADAM'], optimizer.beta1, optimizer.beta2, optimizer.epsilon);
    case 'rmsprop':
      return of(
        [
          'RMSPROP',
          ...(optimizer.momentum === 0 ? [] : (['MOMENTUM'] as const)),
          ...(optimizer.centered ? (['FLAG'] as const) : []),
        ],
        optimizer.alpha,
        optimizer.momentum,
        optimizer.epsilon,
      );
    case 'adagrad':
      return of(['ADAGRAD'], 0, 0, optimizer.epsilon);
    case 'adadelta':
      return of(['ADADELTA'], optimizer.rho, 0, optimizer.epsilon);
    case 'lion':
      return of(['LION'], optimizer.beta1, optimizer.beta2, 0);
  }
}

/** In the order of the numbers in constrain.wgsl. */
const constraints: readonly Constrain['constraint'][] = ['maxNorm', 'unitNorm', 'nonNegative'];

export function encodeConstrain(writer: ProgramWriter, op: Constrain): void {
  writer.elementwise(
    constrainKernel,
    { KIND: constraints.indexOf(op.constraint) },
    { count: op.columns, rows: op.rows, at: writer.at(op.parameter), limit: op.limit },
  );
}
