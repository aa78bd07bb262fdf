import type { Op, OpKind, OpOf } from '../../ops/op.ts';
import { attentionBackward, attentionForward } from './attention.ts';
import { denseBackward, denseForward } from './dense.ts';
import { dropout, randomMask } from './dropout.ts';
import { embeddingBackward, embeddingForward } from './embedding.ts';
import { gruBackward } from './gru-backward.ts';
import { gruForward } from './gru-forward.ts';
import { loss } from './loss.ts';
import { add, movingAverage, zero } from './movement.ts';
import { optimizerUpdate } from './optimizers.ts';
import { poolBackward, poolForward } from './pooling.ts';
import type { Run } from './run.ts';
import { clipGradients, constrain, regularize } from './update.ts';

/** One function for every kind of op; an op without one does not compile. */
const kernels: { readonly [Kind in OpKind]: (run: Run, op: OpOf<Kind>) => void } = {
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

export function runOp(run: Run, op: Op): void {
  const kernel = kernels[op.kind] as (run: Run, op: Op) => void;
  kernel(run, op);
}
