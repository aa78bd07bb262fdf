import type { OpKind, OpOf } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';
import { encodeAttentionBackward, encodeAttentionForward } from './attention.ts';
import { encodeDenseBackward, encodeDenseForward } from './dense.ts';
import { encodeDropout, encodeRandomMask } from './dropout.ts';
import { encodeAdd, encodeMovingAverage, encodeZero } from './elementwise.ts';
import { encodeEmbeddingBackward, encodeEmbeddingForward } from './embedding.ts';
import { encodeGruBackward, encodeGruForward } from './gru.ts';
import { encodeLoss } from './loss.ts';
import { encodeOptimizerUpdate } from './optimizer.ts';
import { encodePoolBackward, encodePoolForward } from './pool.ts';
import { encodeClipGradients, encodeConstrain, encodeRegularize } from './update.ts';

/** Writes one op's arguments in the order in which its C++ function reads them. */
export type EncodeOp<Kind extends OpKind> = (op: OpOf<Kind>, record: RecordWriter) => void;

/** The encoder of each op. */
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
