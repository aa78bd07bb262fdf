import type { GruBackward, GruForward } from '../../../ops/gru.ts';
import type { RecordWriter } from '../encode.ts';

export function encodeGruForward(_op: GruForward, _record: RecordWriter): void {}
export function encodeGruBackward(_op: GruBackward, _record: RecordWriter): void {}
