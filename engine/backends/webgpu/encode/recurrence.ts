import { WorkbenchError } from '../../../base/errors.ts';
import type { GruBackward, GruForward } from '../../../ops/gru.ts';
import type { Support } from '../../backend.ts';
import type { ProgramWriter, Window } from '../program.ts';
import type { Tuning } from '../tuning.ts';
import { type BackwardPlaces, cutSequence, writeSequenceBackward, writeSequenceForward } from './sequence.ts';

/** Whether a recurrence fits the adapter. */
export function supportsRecurrence(tuning: Tuning, { shape }: GruForward): Support {
  if (cutSequence(tuning, shape.units, 1, shape.layerNormalization) !== null) return true;
  return {
    reason: `${shape.units} units with layer normalization do not fit the ${tuning.workgroupBytes} bytes of a workgroup`,
  };
}

export function writeRecurrenceForward(
  writer: ProgramWriter,
  op: GruForward,
  projected: Pick<Window, 'at' | 'stride'>,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const { units, layerNormalization } = op.shape;
  const cut = cutSequence(writer.tuning, units, writer.extent.batch, layerNormalization);
  if (cut === null) throw new WorkbenchError('internal', `A recurrence of ${units} units`);
  writeSequenceForward(writer, op, cut, projected, initial);
}

export function writeRecurrenceBackward(
  writer: ProgramWriter,
  op: GruBackward,
  places: BackwardPlaces,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const { units, layerNormalization } = op.forward.shape;
  const cut = cutSequence(writer.tuning, units, writer.extent.batch, layerNormalization);
  if (cut === null) throw new WorkbenchError('internal', `A recurrence of ${units} units`);
  writeSequenceBackward(writer, op, cut, places, initial);
}
