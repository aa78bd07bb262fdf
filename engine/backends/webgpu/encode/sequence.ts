import type { GruBackward, GruForward, GruShape } from '../../../ops/gru.ts';
import { type Choice, choose } from '../choice.ts';
import { sequenceBackwardKernel, sequenceForwardKernel } from '../kernels/recurrence.ts';
import type { ProgramWriter, Window } from '../program.ts';
import type { Constants } from '../template.ts';
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

/** Weights that an invocation may keep in registers: of 512 invocations each has 128 of them on a large GPU. */
const mostKept = 96;
/** What a timestep takes however little it computes, counted as operations: what it waits for. */
const leastStepWork = 2 ** 22;

/** What an invocation keeps where it reads its weights once for all timesteps. */
interface Kept {
  /** Its slice of the depth: forward rows of three weights; backward single ones. */
  readonly kept: number;
  /** Backward with reset before: its slice of the candidate's own sums. */
  readonly candidate: number;
  /** Rows that the slices of `kept` make up together. */
  readonly depth: number;
}

function keptForward({ workers, lanes }: SequenceCut, { units }: GruShape): Kept {
  return { kept: Math.ceil(units / (workers / lanes)), candidate: 0, depth: units };
}

function keptBackward({ workers, lanes }: SequenceCut, { units, resetMode }: GruShape): Kept {
  const slices = workers / lanes;
  if (resetMode !== 'before')
    return { kept: Math.ceil((3 * units) / slices), candidate: 0, depth: 3 * units };
  return {
    kept: Math.ceil((2 * units) / slices),
    candidate: Math.ceil(units / slices),
    depth: 2 * units,
  };
}

/**
 * How the sums of a timestep are made, each in the same order: reading the weights anew, or keeping them in registers;
 * then adding the slices in workgroup memory, or in subgroups.
 */
type SumsBy = 'reading' | 'registers' | 'subgroups';

/** Takes a way of the sums; the constants of the shaders that go with it. */
function chooseSums(
  { tuning, extent }: ProgramWriter,
  { shape, saved }: GruForward,
  cut: SequenceCut,
  direction: 'forward' | 'backward',
): { readonly constants: Constants; readonly choice: Choice } {
  const { units, resetMode, layerNormalization } = shape;
  const { timesteps, batch } = extent;
  const { kept, candidate, depth } =
    direction === 'forward' ? keptForward(cut, shape) : keptBackward(cut, shape);
  const registers = direction === 'forward' ? 3 * kept : kept + candidate;
  const slices = cut.workers / cut.lanes;
  const ways: readonly SumsBy[] =
    units > cut.lanes || registers > mostKept
      ? ['reading']
      : slices > 2 && slices <= tuning.subgroup
        ? ['reading', 'registers', 'subgroups']
        : ['reading', 'registers'];
  const kind = [
    direction,
    ...(resetMode === 'before' ? ['before'] : []),
    ...(layerNormalization ? ['normalized'] : []),
    ...(saved === null ? [] : ['saved']),
  ].join(' ');
  const work = timesteps * Math.max(leastStepWork, 6 * batch * units * units);
  const { way, choice } = choose(tuning, `sequence of ${units} x ${batch} ${kind}`, work, ways, 'reading');
  return {
    constants: {
      ONE_CELL: cut.rows * units <= cut.workers,
      REGISTERS: way !== 'reading',
      SUBGROUPS: way === 'subgroups',
      OTHER_SLICES: slices - 1,
      KEPT: kept,
      KEPT_CANDIDATE: candidate,
      KEPT_DEPTH: depth,
      EVEN: kept * slices === depth,
    },
    choice,
  };
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
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(units, 4)));
  // Four slices of the depth or more, where a workgroup has as many invocations: each can then keep its weights.
  const sliced = wanted <= 128 && 4 * wanted <= tuning.invocations ? 4 * wanted : 0;
  const workers = Math.max(Math.min(256, tuning.invocations), sliced);
  const lanes = Math.min(workers, wanted);
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
  const chosen = chooseSums(writer, op, cut, 'forward');
  const constants = {
    ...recurrenceConstants(op),
    ROWS: cut.rows,
    WORKERS: cut.workers,
    LANES: cut.lanes,
    SAVED: op.saved !== null,
    FINAL_STATE: finalState !== null,
    OPERAND: op.recurrentMask !== null || op.shape.resetMode === 'before',
    ...chosen.constants,
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
      chosen.choice,
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
  /** Factors of `gates`, `met` and `resetMet` as halves in their own buffer, or null where all are floats. */
  readonly scale: number | null;
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
  const chosen = chooseSums(writer, forward, cut, 'backward');
  for (let first = 0; first < timesteps; first += cut.stretch) {
    writer.groupwise(
      sequenceBackwardKernel,
      {
        ...recurrenceConstants(forward),
        ROWS: cut.rows,
        WORKERS: cut.workers,
        LANES: cut.lanes,
        STATE_GRADIENT: op.stateGradient !== null,
        ...chosen.constants,
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
      chosen.choice,
    );
  }
}
