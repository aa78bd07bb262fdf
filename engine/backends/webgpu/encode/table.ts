import type { OpKind, OpOf } from '../../../ops/op.ts';
import type { ProgramWriter } from '../program.ts';
import { encodeAttentionBackward, encodeAttentionForward } from './attention.ts';
import { encodeGruForward } from './gru.ts';
import { encodeGruBackward } from './gru-backward.ts';
import {
  encodeDenseBackward,
  encodeDenseForward,
  encodeEmbeddingBackward,
  encodeEmbeddingForward,
  encodePoolBackward,
  encodePoolForward,
} from './layers.ts';
import { encodeLoss } from './loss.ts';
import { encodeAdd, encodeDropout, encodeMovingAverage, encodeRandomMask, encodeZero } from './movement.ts';
import { encodeClipGradients, encodeConstrain, encodeOptimizerUpdate, encodeRegularize } from './update.ts';

/** Writes the dispatches of one op. */
export type EncodeOp<Kind extends OpKind> = (writer: ProgramWriter, op: OpOf<Kind>) => void;

/** The encoder of each op; an op without one does not compile. */
export const encoders: { readonly [Kind in OpKind]: EncodeOp<Kind> } = {
  gruForward: encodeGruForward,
  gruBackward: encodeGruBackward,
  embeddingForward: encodeEmbeddingForward,
  embeddingBackward: encodeEmbeddingBackward,
  denseForward: encodeDenseForward,
  denseBackward: encodeDenseBackward,
  dropout: encodeDropout,
  randomMask: encodeRandomMask,
  add: encodeAdd,
  poolForward: encodePoolForward,
  poolBackward: encodePoolBackward,
  attentionForward: encodeAttentionForward,
  attentionBackward: encodeAttentionBackward,
  loss: encodeLoss,
  zero: encodeZero,
  regularize: encodeRegularize,
  clipGradients: encodeClipGradients,
  optimizerUpdate: encodeOptimizerUpdate,
  constrain: encodeConstrain,
  movingAverage: encodeMovingAverage,
};
