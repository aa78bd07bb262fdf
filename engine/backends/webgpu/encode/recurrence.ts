import { assertDefined } from '../../../base/errors.ts';
import type { GruBackward, GruForward, GruShape } from '../../../ops/gru.ts';
import type { Support } from '../../backend.ts';
import type { ProgramWriter, Window } from '../program.ts';
import type { Tuning } from '../tuning.ts';
import {
  type BackwardPlaces,
  cutSequence,
  type SequenceCut,
  writeSequenceBackward,
  writeSequenceForward,
} from './sequence.ts';
import { writeStepsBackward, writeStepsForward } from './steps.ts';

/**
 * Units up to which a workgroup that reads all recurrent weights for its samples at every step is faster than a dispatch
 * for every step: 12 H^2 bytes at the 100 GB/s that one core reads from its cache take as long as a dispatch near here.
 * A person is told of it where float16 storage is refused or offered (open-backend.ts, remedies.ts).
 */
const sequenceUnits = 192;

/** Whether a recurrence fits the adapter. */
export function supportsRecurrence(tuning: Tuning, { shape }: GruForward): Support {
  if (!shape.layerNormalization || cutSequence(tuning, shape.units, 1, true) !== null) return true;
  return {
    reason: `${shape.units} units with layer normalization do not fit the ${tuning.workgroupBytes} bytes of a workgroup`,
  };
}

/** Whether every timestep of a recurrence is a dispatch of its own, at any extent. */
export function runsBySteps({ recurrence }: Tuning, { units, layerNormalization }: GruShape): boolean {
  if (layerNormalization) return false;
  return recurrence === 'steps' || (recurrence === 'auto' && units > sequenceUnits);
}

/** The cut of whole sequences, or null for a dispatch a timestep. */
function sequenceOf({ tuning, extent }: ProgramWriter, shape: GruShape): SequenceCut | null {
  const { units, layerNormalization } = shape;
  if (runsBySteps(tuning, shape)) return null;
  const cut = cutSequence(tuning, units, extent.batch, layerNormalization);
  return layerNormalization ? assertDefined(cut, `a recurrence of ${units} units`) : cut;
}

export function writeRecurrenceForward(
  writer: ProgramWriter,
  op: GruForward,
  projected: Pick<Window, 'at' | 'stride'>,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const cut = sequenceOf(writer, op.shape);
  if (cut === null) writeStepsForward(writer, op, projected, initial);
  else writeSequenceForward(writer, op, cut, projected, initial);
}

export function writeRecurrenceBackward(
  writer: ProgramWriter,
  op: GruBackward,
  places: BackwardPlaces,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const cut = sequenceOf(writer, op.forward.shape);
  if (cut === null) writeStepsBackward(writer, op, places, initial);
  else writeSequenceBackward(writer, op, cut, places, initial);
}
