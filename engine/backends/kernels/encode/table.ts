import type { OpKind, OpOf } from '../../../ops/op.ts';
import type { RecordWriter } from '../encode.ts';
import { encodeGruBackward, encodeGruForward } from './gru.ts';

/** Writes one op's arguments in the order in which its C++ function reads them. */
export type EncodeOp<Kind extends OpKind> = (op: OpOf<Kind>, record: RecordWriter) => void;

/** The encoder of each op. */
export const encoders: { readonly [Kind in OpKind]?: EncodeOp<Kind> } = {
  gruForward: encodeGruForward,
  gruBackward: encodeGruBackward,
};
