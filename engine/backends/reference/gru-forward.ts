import type { GruForward, GruSaved, GruShape, InitialState } from '../../ops/gru.ts';
import { activate, clamp } from './activation.ts';
import { normalize } from './layer-normalization.ts';
import { lengthOf, type Run, View } from './run.ts';
import { multiply, product } from './vector.ts';

/** The equations of ops/gru.ts, one sample and one step at a time. */
export function gruForward(run: Run, op: GruForward): void {
  const { timesteps, batch } = run.extent;
  const input = new View(run, op.input);
  const output = new View(run, op.output);
  const finalState = op.finalState === null ? null : new View(run, op.finalState);

  for (let sample = 0; sample < batch; sample++) {
    let state = initialStateOf(run, op.initialState, op.shape.units, sample);
    const length = lengthOf(run, op.lengths, sample);
    const mask = recurrentMaskOf(run, op, sample);
    for (const step of stepsOf(op.shape, timesteps)) {
      const row = step * batch + sample;
      if (step < length) {
        const cell = computeCell(run, op, input.row(row), product(state, mask));
        if (op.saved !== null) save(run, op.saved, row, cell);
        state = mix(run, op, row, state, cell);
      }
      state.forEach((value, unit) => {
        output.set(row, unit, value);
      });
    }
    state.forEach((value, unit) => {
      finalState?.set(sample, unit, value);
    });
  }
}

/** Timesteps in the order in which the recurrence walks them. */
export function stepsOf(shape: GruShape, timesteps: number): number[] {
  const steps = Array.from({ length: timesteps }, (_, step) => step);
  return shape.reverse ? steps.reverse() : steps;
}

/** [H] state before the first step. */
export function initialStateOf(
  run: Run,
  initial: InitialState | null,
  units: number,
  sample: number,
): Float64Array {
  if (initial === null) return new Float64Array(units);
  if (initial.kind === 'shared') return run.floats(initial.slot).slice(0, units);
  return new View(run, initial.state).row(sample);
}

/** [H] mask of the products with the recurrent kernel; ones without dropout. */
export function recurrentMaskOf(run: Run, op: GruForward, sample: number): Float64Array {
  const { units } = op.shape;
  if (op.recurrentMask === null) return new Float64Array(units).fill(1);
  return run.floats(op.recurrentMask).slice(sample * units, (sample + 1) * units);
}

/** How much of the old state zoneout keeps in one unit at one row: the mask, or the rate as its expectation. */
export function keptFraction(run: Run, op: GruForward, row: number, unit: number): number {
  if (op.zoneoutMask === null) return op.shape.zoneout;
  return run.floats(op.zoneoutMask)[row * op.shape.units + unit] as number;
}

/** Everything one step computes for one sample; names as in `GruSaved`. */
interface Cell {
  /** [4H] */
  readonly gates: Float64Array;
  /** [3H] */
  readonly preactivations: Float64Array;
  /** [6H] */
  readonly normalized: Float64Array;
  /** [6] */
  readonly inverseDeviation: Float64Array;
}

function computeCell(run: Run, op: GruForward, x: Float64Array, m: Float64Array): Cell {
  const { units, resetMode } = op.shape;
  const cell: Cell = {
    gates: new Float64Array(4 * units),
    preactivations: new Float64Array(3 * units),
    normalized: new Float64Array(6 * units),
    inverseDeviation: new Float64Array(6),
  };
  const kernel = run.floats(op.weights.kernel);
  const recurrent = run.floats(op.weights.recurrent);
  const bias = op.weights.bias === null ? new Float64Array(3 * units) : run.floats(op.weights.bias);
  const recurrentBias =
    op.weights.recurrentBias === null ? new Float64Array(3 * units) : run.floats(op.weights.recurrentBias);

  const fromInput = (gate: number): Float64Array =>
    normalizeBlock(run, op, cell, gate, multiply(x, kernel, 3 * units, gate * units, units));
  const fromState = (gate: number, state: Float64Array): Float64Array =>
    normalizeBlock(run, op, cell, 3 + gate, multiply(state, recurrent, 3 * units, gate * units, units));

  for (const gate of [0, 1]) {
    const a = fromInput(gate);
    const u = fromState(gate, m);
    for (let unit = 0; unit < units; unit++) {
      const index = gate * units + unit;
      const sum =
        (a[unit] as number) +
        (bias[index] as number) +
        (u[unit] as number) +
        (recurrentBias[index] as number);
      cell.preactivations[index] = sum;
      cell.gates[index] = activate(op.shape.gateActivation, limit(op.shape, sum));
    }
  }

  const reset = cell.gates.slice(units, 2 * units);
  const a = fromInput(2);
  const u = fromState(2, resetMode === 'before' ? product(reset, m) : m);
  for (let unit = 0; unit < units; unit++) {
    const index = 2 * units + unit;
    const recurrentPart = (u[unit] as number) + (recurrentBias[index] as number);
    const factor = resetMode === 'before' ? 1 : (reset[unit] as number);
    const sum = (a[unit] as number) + (bias[index] as number) + factor * recurrentPart;
    cell.preactivations[index] = sum;
    cell.gates[index] = activate(op.shape.candidateActivation, limit(op.shape, sum));
    cell.gates[3 * units + unit] = recurrentPart;
  }
  return cell;
}

/** Layer normalization and gain of one of the six blocks of a step; the values themselves without it. */
function normalizeBlock(
  run: Run,
  op: GruForward,
  cell: Cell,
  block: number,
  values: Float64Array,
): Float64Array {
  if (op.weights.gain === null) return values;
  const { units } = op.shape;
  const gain = run.floats(op.weights.gain);
  const { normalized, inverseDeviation } = normalize(values);
  cell.normalized.set(normalized, block * units);
  cell.inverseDeviation[block] = inverseDeviation;
  return normalized.map((value, unit) => value * (gain[block * units + unit] as number));
}

function limit(shape: GruShape, preactivation: number): number {
  return shape.clip === null ? preactivation : clamp(preactivation, -shape.clip, shape.clip);
}

/** The new state: z * h + (1 - z) * n, then zoneout. */
function mix(run: Run, op: GruForward, row: number, state: Float64Array, cell: Cell): Float64Array {
  const { units } = op.shape;
  return state.map((old, unit) => {
    const update = cell.gates[unit] as number;
    const candidate = cell.gates[2 * units + unit] as number;
    const kept = keptFraction(run, op, row, unit);
    return kept * old + (1 - kept) * (update * old + (1 - update) * candidate);
  });
}

function save(run: Run, saved: GruSaved, row: number, cell: Cell): void {
  run.floats(saved.gates).set(cell.gates, row * cell.gates.length);
  if (saved.preactivations !== null) {
    run.floats(saved.preactivations).set(cell.preactivations, row * cell.preactivations.length);
  }
  if (saved.normalized !== null) {
    run.floats(saved.normalized).set(cell.normalized, row * cell.normalized.length);
  }
  if (saved.inverseDeviation !== null) {
    run.floats(saved.inverseDeviation).set(cell.inverseDeviation, row * 6);
  }
}
