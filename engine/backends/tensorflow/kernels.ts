import type { Op, OpKind, OpOf } from '../../ops/op.ts';
import { gruBackward } from './gru/backward.ts';
import { gruForward } from './gru/forward.ts';
import { attentionBackward, attentionForward } from './ops/attention.ts';
import { denseBackward, denseForward } from './ops/dense.ts';
import { dropout, randomMask } from './ops/dropout.ts';
import { add, movingAverage, zero } from './ops/elementwise.ts';
import { embeddingBackward, embeddingForward } from './ops/embedding.ts';
import { loss } from './ops/loss.ts';
import { poolBackward, poolForward } from './ops/pool.ts';
import { clipGradients, constrain, optimizerUpdate, regularize } from './ops/update.ts';
import type { Run } from './run.ts';

/** One function for every kind of op; an op without one does not compile. */
const kernels: { readonly [Kind in OpKind]: (run: Run, op: OpOf<Kind>, results: number) => void } = {
  gruForward,
  gruBackward,
  embeddingForward,
  embeddingBackward,
  denseForward,
  denseBackward,
  dropout,
  randomMask,
  add,
  poolForward,
  poolBackward,
  attentionForward,
  attentionBackward,
  loss,
  zero,
  regularize,
  clipGradients,
  optimizerUpdate,
  constrain,
  movingAverage,
};

/** @param results the plan's results slot. */
export function runOp(run: Run, op: Op, results: number): void {
  const kernel = kernels[op.kind] as (run: Run, op: Op, results: number) => void;
  kernel(run, op, results);
}
