import type { GruBackward, GruForward } from '../../../ops/gru.ts';
import { stepBackwardKernel, stepForwardKernel, stepResetKernel } from '../kernels/recurrence.ts';
import type { ProgramWriter, Window } from '../program.ts';
import { choose } from '../choice.ts';
import type { Tuning } from '../tuning.ts';
import { recurrenceConstants, recurrenceValues } from './gru.ts';
import { writeHalves } from './halves.ts';
import { writeZeros } from './movement.ts';
import type { BackwardPlaces } from './sequence.ts';

/** How the workgroups of a single-timestep dispatch are cut: see step.wgsl. */
export interface StepCut {
  readonly workers: number;
  /** Neighbors along the units, four units each. */
  readonly unitLanes: number;
  readonly sampleLanes: number;
  /** Samples of an invocation. */
  readonly samples: number;
  /** Reads what the next turn multiplies while this one multiplies. Only whole vectors. */
  readonly ahead: boolean;
}

/** Workgroups that a large GPU has room for at the same time. */
const enoughGroups = 96;

/** The cut for a number of units: few units a workgroup where that is needed to have enough of them. */
export function cutSteps(tuning: Tuning, units: number, batch: number): StepCut {
  const workers = 256;
  const most = tuning.workgroupBytes >= 2 ** 15 ? 4 : 2;
  const samples = Math.min(most, batch >= 16 ? 4 : batch >= 2 ? 2 : 1);
  const sampleLanes = Math.min(8, powerOfTwo(Math.ceil(batch / samples)));
  const sampleGroups = Math.ceil(batch / (samples * sampleLanes));
  const unitLanes = [8, 4, 2].find(
    (lanes) => Math.ceil(units / (4 * lanes)) * sampleGroups >= enoughGroups && lanes * sampleLanes <= 64,
  );
  return { workers, unitLanes: unitLanes ?? 1, sampleLanes, samples, ahead: false };
}

/**
 * Other cuts that come to the same bits: the depth is cut into as many slices. They read ahead, and differ in how many
 * workgroups there are and in how often a weight that was read is used.
 * @param gates sums of an invocation for each of its units.
 */
export function stepWays(tuning: Tuning, usual: StepCut, gates: number): readonly StepCut[] {
  const slices = usual.workers / (usual.unitLanes * usual.sampleLanes);
  const cut = (unitLanes: number, sampleLanes: number, samples: number): StepCut => {
    const lanes = unitLanes * sampleLanes;
    return { workers: slices * lanes, unitLanes, sampleLanes, samples, ahead: true };
  };
  const { unitLanes, sampleLanes, samples } = usual;
  const others = [
    cut(unitLanes, sampleLanes, samples),
    cut(unitLanes / 2, sampleLanes, samples),
    cut(2 * unitLanes, sampleLanes, samples),
    cut(unitLanes, sampleLanes / 2, 2 * samples),
    cut(2 * unitLanes, sampleLanes / 2, 2 * samples),
  ];
  // Of parts and sums in step.wgsl.
  const bytes = (one: StepCut): number =>
    16 * one.samples * (one.workers + gates * one.unitLanes * one.sampleLanes);
  return [
    usual,
    ...others.filter(
      (one) =>
        one.unitLanes >= 1 &&
        one.sampleLanes >= 1 &&
        one.workers >= 32 &&
        one.workers <= tuning.invocations &&
        bytes(one) <= tuning.workgroupBytes,
    ),
  ];
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}

function constantsOf(op: GruForward, cut: StepCut, vectors: boolean) {
  return {
    ...recurrenceConstants(op),
    VECTORS: vectors,
    WORKERS: cut.workers,
    UNIT_LANES: cut.unitLanes,
    SAMPLE_LANES: cut.sampleLanes,
    SAMPLES: cut.samples,
    AHEAD: cut.ahead,
  };
}

function gridOf(cut: StepCut, units: number, batch: number): [number, number, number] {
  return [Math.ceil(units / (4 * cut.unitLanes)), Math.ceil(batch / (cut.sampleLanes * cut.samples)), 1];
}

function areVectors(values: readonly number[]): boolean {
  return values.every((value) => value % 4 === 0);
}

/** Takes a cut for the timesteps of a recurrence: the usual one, or where all are whole vectors a faster one. */
function chooseSteps(
  { tuning, extent }: ProgramWriter,
  { shape, saved }: GruForward,
  direction: 'forward' | 'backward',
  vectors: boolean,
  half: boolean,
): ReturnType<typeof choose<StepCut>> {
  const { timesteps, batch } = extent;
  const { units, resetMode } = shape;
  const usual = cutSteps(tuning, units, batch);
  const kind = `${direction}${resetMode === 'before' ? ' before' : ''}${saved === null ? '' : ' saved'}`;
  const key = `step of ${units} x ${batch} ${kind}${vectors ? '' : ' odd'}${half ? ' half' : ''}`;
  const work = 2 * timesteps * batch * units * 3 * units;
  const gates = direction === 'forward' ? 3 : 1;
  return choose(tuning, key, work, vectors ? stepWays(tuning, usual, gates) : [usual], usual);
}

/** One dispatch a timestep, two with reset before. */
export function writeStepsForward(
  writer: ProgramWriter,
  op: GruForward,
  projected: Pick<Window, 'at' | 'stride'>,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const { timesteps, batch } = writer.extent;
  const { units, resetMode, reverse } = op.shape;
  const finalState = op.finalState === null ? null : writer.window(op.finalState);
  const common = recurrenceValues(writer, op);
  const before = resetMode === 'before';
  const operandAt = before ? writer.workspace(batch * units) : 0;
  const updates = before && op.saved === null ? writer.workspace(batch * units) : 0;
  const vectors = areVectors([
    units,
    projected.at,
    projected.stride,
    initial.at,
    initial.stride,
    common.outputAt,
    common.outputStride,
    finalState?.at ?? 0,
    finalState?.stride ?? 0,
  ]);
  const half = op.saved !== null && writer.isHalf(op.saved.gates);
  const recurrentAt = half
    ? writeHalves(writer, writer.at(op.weights.recurrent), 3 * units * units)
    : writer.at(op.weights.recurrent);
  const { way: cut, choice } = chooseSteps(writer, op, 'forward', vectors, half);
  const constants = {
    ...constantsOf(op, cut, vectors),
    HALF: half,
    SAVED: op.saved !== null,
    FINAL_STATE: finalState !== null,
  };
  const phase = (walked: number, gates: number, first: boolean, second: boolean): void => {
    const step = reverse ? timesteps - 1 - walked : walked;
    const previous = reverse ? step + 1 : step - 1;
    const state =
      walked === 0
        ? initial
        : { at: common.outputAt + previous * batch * common.outputStride, stride: common.outputStride };
    writer.dispatch(
      stepForwardKernel,
      { ...constants, GATES: gates, FIRST_GATE: second ? 2 : 0, FIRST: first, SECOND: second },
      {
        ...common,
        step,
        last: walked === timesteps - 1 ? 1 : 0,
        recurrentAt,
        recurrentBiasAt: writer.atOrZero(op.weights.recurrentBias),
        projectedAt: projected.at,
        projectedStride: projected.stride,
        stateAt: state.at,
        stateStride: state.stride,
        operandAt,
        updateAt: op.saved === null ? updates : common.gatesAt + step * batch * 4 * units,
        updateStride: op.saved === null ? units : 4 * units,
        finalAt: finalState?.at ?? 0,
        finalStride: finalState?.stride ?? 0,
      },
      gridOf(cut, units, batch),
      choice,
    );
  };
  for (let walked = 0; walked < timesteps; walked++) {
    if (before) {
      phase(walked, 2, true, false);
      phase(walked, 1, false, true);
    } else {
      phase(walked, 3, false, false);
    }
  }
}

/** One dispatch a timestep and one at the end, one more for each timestep with reset before. */
export function writeStepsBackward(
  writer: ProgramWriter,
  op: GruBackward,
  places: BackwardPlaces,
  initial: Pick<Window, 'at' | 'stride'>,
): void {
  const { timesteps, batch } = writer.extent;
  const { forward } = op;
  const { units, resetMode, reverse } = forward.shape;
  const gradient = writer.window(op.outputGradient);
  const common = recurrenceValues(writer, forward);
  const before = resetMode === 'before';
  const throughAt = before ? writer.workspace(batch * units) : 0;
  if (before) writeZeros(writer, throughAt, batch * units);
  const vectors = areVectors([
    units,
    initial.at,
    initial.stride,
    common.outputAt,
    common.outputStride,
    gradient.at,
    gradient.stride,
  ]);
  const half = places.scale !== null;
  const { way: cut, choice } = chooseSteps(writer, forward, 'backward', vectors, half);
  const constants = {
    ...constantsOf(forward, cut, vectors),
    HALF: half,
    SCALED: half,
    GATES: 1,
    CANDIDATE_BLOCK: before ? 2 : 3,
    STATE_GRADIENT: op.stateGradient !== null,
  };
  const values = {
    ...common,
    transposedAt: half ? writeHalves(writer, places.transposed, 3 * units * units) : places.transposed,
    gradientAt: gradient.at,
    gradientStride: gradient.stride,
    stateGradientAt: writer.atOrZero(op.stateGradient),
    carriedAt: places.carried,
    gateGradientAt: places.gates,
    metAt: places.met,
    resetMetAt: places.resetMet,
    throughAt,
    scaleAt: places.scale ?? 0,
  };
  const grid = gridOf(cut, units, batch);
  // The reverse of the forward walk: `step` follows `source`.
  const stepAt = (walked: number): number => (reverse ? walked : timesteps - 1 - walked);
  for (let walked = 0; walked <= timesteps; walked++) {
    const ends = walked === timesteps;
    const step = ends ? 0 : stepAt(walked);
    const earlier = reverse ? step + 1 : step - 1;
    const starts = walked === timesteps - 1;
    const state =
      ends || starts
        ? initial
        : { at: common.outputAt + earlier * batch * common.outputStride, stride: common.outputStride };
    writer.dispatch(
      stepBackwardKernel,
      {
        ...constants,
        FIRST_GATE: 0,
        SUMMED: before ? 2 : 3,
        MULTIPLY: walked > 0,
        ELEMENTS: !ends,
      },
      {
        ...values,
        step,
        source: walked === 0 ? 0 : stepAt(walked - 1),
        stateAt: state.at,
        stateStride: state.stride,
      },
      grid,
      choice,
    );
    if (before && !ends) {
      writer.dispatch(
        stepResetKernel,
        { ...constants, FIRST_GATE: 2, SUMMED: 1 },
        { ...values, step, source: step, stateAt: state.at, stateStride: state.stride },
        grid,
        choice,
      );
    }
  }
}
