import type { GruBackward, GruForward } from '../../../ops/gru.ts';
import { sequenceBackwardKernel, sequenceForwardKernel } from '../kernels/recurrence.ts';
import type { ProgramWriter, Window } from '../program.ts';
import type { Tuning } from '../tuning.ts';
import { recurrenceConstants, recurrenceValues } from './gru.ts';

/** How the workgroups of a whole-sequence dispatch are cut. */
export interface SequenceCut {
  /** Samples of a workgroup. */
  readonly rows: number;
  /** Invocations of a workgroup. */
  readonly workers: number;
  /** Units that a workgroup sums up at the same time; the other invocations take slices of the depth. */
  readonly lanes: number;
  /** Timesteps of one dispatch: drivers stop a dispatch that takes seconds. */
  readonly stretch: number;
}

/** Multiply-adds that one workgroup may do in a dispatch: some milliseconds. */
const stretchWork = 2 ** 26;

/** The cut for a number of units, or null where workgroup memory does not hold the state of one sample. */
export function cutSequence(
  tuning: Tuning,
  units: number,
  batch: number,
  normalized: boolean,
): SequenceCut | null {
  const workers = Math.min(256, tuning.invocations);
  const lanes = Math.min(workers, 2 ** Math.ceil(Math.log2(Math.max(units, 4))));
  // What sequence-forward.wgsl, the larger one, declares.
  const bytes = (rows: number): number =>
    4 * rows * (5 * units + 3 * workers) + (normalized ? 8 * 3 * rows : 0);
  const most = batch > 512 ? 4 : batch > 128 ? 2 : 1;
  const rows = [most, 2, 1].find((count) => count <= most && bytes(count) <= tuning.workgroupBytes);
  if (rows === undefined) return null;
  const stretch = Math.max(1, Math.min(128, Math.floor(stretchWork / (3 * units * units * rows))));
  return { rows, workers, lanes, stretch };
}

/** The recurrence of all steps, one dispatch a stretch. */
export function writeSequenceForward(
  writer: ProgramWriter,
  op: GruForward,
  cut: SequenceCut,
  projected: Pick<Window, 'at' | 'stride'>,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const { timesteps, batch } = writer.extent;
  const finalState = op.finalState === null ? null : writer.window(op.finalState);
  const common = recurrenceValues(writer, op);
  const constants = {
    ...recurrenceConstants(op),
    ROWS: cut.rows,
    WORKERS: cut.workers,
    LANES: cut.lanes,
    SAVED: op.saved !== null,
    FINAL_STATE: finalState !== null,
  };
  for (let first = 0; first < timesteps; first += cut.stretch) {
    const before = op.shape.reverse ? timesteps - first : first - 1;
    const start =
      first === 0
        ? initial
        : { at: common.outputAt + before * batch * common.outputStride, stride: common.outputStride };
    writer.groupwise(
      sequenceForwardKernel,
      constants,
      {
        ...common,
        first,
        end: Math.min(timesteps, first + cut.stretch),
        recurrentAt: writer.at(op.weights.recurrent),
        recurrentBiasAt: writer.atOrZero(op.weights.recurrentBias),
        projectedAt: projected.at,
        projectedStride: projected.stride,
        startAt: start.at,
        startStride: start.stride,
        finalAt: finalState?.at ?? 0,
        finalStride: finalState?.stride ?? 0,
      },
      Math.ceil(batch / cut.rows),
    );
  }
}

/** What a backward recurrence leaves for the products over all steps; elements of the workspace. */
export interface BackwardPlaces {
  /** [T*B,4H] gradients of z, r, n, and of n as it meets U. */
  readonly gates: number;
  /** [T*B,3H] gradients of z, r, n as they meet U, before layer normalization; equal to `gates` without it. */
  readonly recurrent: number;
  /** [T*B,H] masked states that met U. */
  readonly met: number;
  /** [T*B,H] the same times the reset gate; only with reset before. */
  readonly resetMet: number;
  /** [B,H] gradient that goes on to earlier steps; at the end that of the initial state. */
  readonly carried: number;
  /** [3H,H] */
  readonly transposed: number;
}

export function writeSequenceBackward(
  writer: ProgramWriter,
  op: GruBackward,
  cut: SequenceCut,
  places: BackwardPlaces,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const { timesteps, batch } = writer.extent;
  const { forward } = op;
  const gradient = writer.window(op.outputGradient);
  const common = recurrenceValues(writer, forward);
  for (let first = 0; first < timesteps; first += cut.stretch) {
    writer.groupwise(
      sequenceBackwardKernel,
      {
        ...recurrenceConstants(forward),
        ROWS: cut.rows,
        WORKERS: cut.workers,
        LANES: cut.lanes,
        STATE_GRADIENT: op.stateGradient !== null,
      },
      {
        ...common,
        first,
        end: Math.min(timesteps, first + cut.stretch),
        transposedAt: places.transposed,
        startAt: initial.at,
        startStride: initial.stride,
        gradientAt: gradient.at,
        gradientStride: gradient.stride,
        stateGradientAt: writer.atOrZero(op.stateGradient),
        carriedAt: places.carried,
        gateGradientAt: places.gates,
        recurrentGradientAt: places.recurrent,
        metAt: places.met,
        resetMetAt: places.resetMet,
      },
      Math.ceil(batch / cut.rows),
    );
  }
}
