import type { OptimizerUpdate } from '../../../ops/op.ts';
import type { Optimizer, OptimizerKind } from '../../../ops/optimizer.ts';
import type { RecordWriter } from '../encode.ts';

/** In the order of `OptimizerKind` in ops/optimizer.cc. */
const optimizerKinds: readonly OptimizerKind[] = [
  'sgd',
  'adam',
  'adamax',
  'nadam',
  'radam',
  'rmsprop',
  'adagrad',
  'adadelta',
  'lion',
];

export function encodeOptimizerUpdate(op: OptimizerUpdate, record: RecordWriter): void {
  record
    .slot(op.parameter)
    .slot(op.gradient)
    .slot(record.plan.scalars)
    .integer(optimizerKinds.indexOf(op.optimizer.kind))
    .integer(op.slots.length);
  for (const slot of op.slots) record.slot(slot);
  const { keep1, take1, keep2, take2, epsilon, variant } = settings(op.optimizer);
  record
    .integer(record.size(op.parameter))
    .float(op.multiplier)
    .float(op.decay)
    .float(keep1)
    .float(take1)
    .float(keep2)
    .float(take2)
    .float(epsilon)
    .flag(variant);
}

/** The constants of `Settings` in ops/optimizer.cc. 1 - b is taken in float64: b is close to 1. */
interface Settings {
  readonly keep1: number;
  readonly take1: number;
  readonly keep2: number;
  readonly take2: number;
  readonly epsilon: number;
  readonly variant: boolean;
}

function settings(optimizer: Optimizer): Settings {
  const of = (first: number, second: number, epsilon: number, variant = false): Settings => ({
    keep1: first,
    take1: 1 - first,
    keep2: second,
    take2: 1 - second,
    epsilon,
    variant,
  });
  switch (optimizer.kind) {
    case 'sgd':
      return of(optimizer.momentum, 0, 0, optimizer.nesterov);
    case 'adam':
    case 'adamax':
    case 'nadam':
    case 'radam':
      return of(optimizer.beta1, optimizer.beta2, optimizer.epsilon);
    case 'rmsprop':
      return of(optimizer.alpha, optimizer.momentum, optimizer.epsilon, optimizer.centered);
    case 'adagrad':
      return of(0, 0, optimizer.epsilon);
    case 'adadelta':
      return of(optimizer.rho, 0, optimizer.epsilon);
    case 'lion':
      return of(optimizer.beta1, optimizer.beta2, 0);
  }
}
