import type { Backend } from '../../engine/backends/backend.ts';
import {
  type GruBackward,
  type GruForward,
  type GruSaved,
  type GruShape,
  type GruWeights,
  gruKeepsPreactivations,
} from '../../engine/ops/gru.ts';
import { type Matrix, type SlotId, wholeMatrix } from '../../engine/ops/matrix.ts';
import { resultIndex } from '../../engine/plan/plan.ts';
import { CaseBuilder, outputFill } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';

/** One recurrence as PyTorch computed it; arrays are row-major in the workbench's layout. */
export interface GoldenRecurrence {
  readonly shape: GruShape;
  readonly weights: GoldenWeights;
  readonly gradients: GoldenWeights;
  readonly initialState: number[] | null;
  readonly initialStateGradient: number[] | null;
  readonly recurrentMask: number[] | null;
  readonly zoneoutMask: number[] | null;
  readonly finalState: number[];
  readonly finalStateGradient: number[];
}

type GoldenWeights = Partial<Record<keyof GruWeights<SlotId>, number[]>>;

export interface GoldenGruCase {
  readonly name: string;
  readonly oracle: string;
  readonly timesteps: number;
  readonly batch: number;
  readonly lengths: number[] | null;
  /** One list of directions a layer. */
  readonly layers: GoldenRecurrence[][];
  readonly input: number[];
  readonly target: number[];
  readonly lossScale: number;
  readonly loss: number;
  readonly output: number[];
  readonly inputGradient: number[];
}

/** A value to check: its name, what the backend computed, what PyTorch computed. */
export interface Pair {
  readonly name: string;
  readonly actual: ArrayLike<number>;
  readonly expected: readonly number[];
}

/** Stacks the recurrences of a golden case into a plan with a mean squared error, and runs it. */
export async function runGruCase(backend: Backend, golden: GoldenGruCase): Promise<Pair[]> {
  const { builder, expected, output } = buildNetwork(golden);
  const testCase = builder.build(['gradients']);
  const memory = await runCase(backend, testCase);
  const read = (slot: SlotId): ArrayLike<number> => memory.floats.get(slot) ?? [];
  return [
    ...expected.map(([name, slot, values]) => ({
      name,
      actual: read(slot),
      expected: values,
    })),
    { name: 'loss', actual: [read(builder.results)[resultIndex.loss] as number], expected: [golden.loss] },
    { name: 'output', actual: onlyValid(golden, read(output)), expected: onlyValid(golden, golden.output) },
  ];
}

interface Network {
  readonly builder: CaseBuilder;
  readonly expected: [name: string, slot: SlotId, values: readonly number[]][];
  readonly output: SlotId;
}

function buildNetwork(golden: GoldenGruCase): Network {
  const { timesteps, batch, layers } = golden;
  const builder = new CaseBuilder(golden.name, { timesteps, batch });
  const expected: Network['expected'] = [];
  const vector = (name: string, values: readonly number[]): SlotId =>
    builder.vector(name, values.length, { exactly: values });
  const result = (name: string, values: readonly number[]): SlotId => {
    const slot = builder.vector(name, values.length, outputFill);
    expected.push([name, slot, values]);
    return slot;
  };

  const lengths =
    golden.lengths === null ? null : builder.integers('lengths', { perBatchRow: 1 }, golden.lengths);
  let input = wholeMatrix(vector('input', golden.input), layers[0]?.[0]?.shape.inputs ?? 0);
  let inputGradient = wholeMatrix(result('inputGradient', golden.inputGradient), input.columns);
  const backwards: GruBackward[][] = [];
  layers.forEach((directions, layer) => {
    const undone: GruBackward[] = [];
    const width = directions.reduce((sum, { shape }) => sum + shape.units, 0);
    const output = builder.matrix(`output ${layer}`, 'sequence', width, outputFill);
    const outputGradient = builder.matrix(`outputGradient ${layer}`, 'sequence', width, outputFill);
    directions.forEach((recurrence, direction) => {
      const { shape } = recurrence;
      const name = (part: string): string => `layer ${layer} direction ${direction} ${part}`;
      const part = (matrix: Matrix): Matrix => ({
        ...matrix,
        column: direction * shape.units,
        columns: shape.units,
      });
      const weights = slotsOf(recurrence.weights, (key, values) => vector(name(key), values));
      const batchMatrix = (slot: SlotId): Matrix => wholeMatrix(slot, shape.units);
      const rows = (slot: SlotId) => ({ kind: 'rows' as const, state: batchMatrix(slot) });
      const forward: GruForward & { saved: GruSaved } = {
        kind: 'gruForward',
        shape,
        weights: { ...weights, kernel: weights.kernel as SlotId, recurrent: weights.recurrent as SlotId },
        input,
        output: part(output),
        initialState:
          recurrence.initialState === null
            ? null
            : rows(vector(name('initialState'), recurrence.initialState)),
        finalState: batchMatrix(result(name('finalState'), recurrence.finalState)),
        lengths,
        recurrentMask:
          recurrence.recurrentMask === null ? null : vector(name('recurrentMask'), recurrence.recurrentMask),
        zoneoutMask:
          recurrence.zoneoutMask === null ? null : vector(name('zoneoutMask'), recurrence.zoneoutMask),
        saved: savedSlots(builder, shape, name),
      };
      builder.add('gradients', forward);
      undone.push({
        kind: 'gruBackward',
        forward,
        outputGradient: part(outputGradient),
        finalStateGradient: batchMatrix(vector(name('finalStateGradient'), recurrence.finalStateGradient)),
        inputGradient,
        accumulateInput: direction > 0,
        gradients: slotsOf(recurrence.gradients, (key, values) => result(name(`${key} gradient`), values)),
        accumulate: false,
        initialStateGradient:
          recurrence.initialStateGradient === null
            ? null
            : rows(result(name('initialState gradient'), recurrence.initialStateGradient)),
        stateGradient: null,
      });
    });
    backwards.unshift(undone);
    input = output;
    inputGradient = outputGradient;
  });

  builder.scalar('lossScale', golden.lossScale);
  builder.add('gradients', {
    kind: 'loss',
    rows: 'sequence',
    loss: { kind: 'meanSquaredError' },
    predictions: input,
    targets: vector('target', golden.target),
    weights: vector('rowWeights', rowWeights(golden)),
    gradient: inputGradient,
    accumulate: false,
  });
  // Layers are undone from the last to the first; the first direction of a layer overwrites the input gradient.
  builder.add('gradients', ...backwards.flat());
  return { builder, expected, output: input.slot };
}

function slotsOf<Result>(
  weights: GoldenWeights,
  create: (key: string, values: number[]) => Result,
): Record<keyof GruWeights<SlotId>, Result | null> {
  const slot = (key: keyof GruWeights<SlotId>): Result | null => {
    const values = weights[key];
    return values === undefined ? null : create(key, values);
  };
  return {
    kernel: slot('kernel'),
    recurrent: slot('recurrent'),
    bias: slot('bias'),
    recurrentBias: slot('recurrentBias'),
    gain: slot('gain'),
  };
}

function savedSlots(builder: CaseBuilder, shape: GruShape, name: (part: string) => string): GruSaved {
  const slot = (part: string, columns: number): SlotId =>
    builder.matrix(name(part), 'sequence', columns, outputFill).slot;
  return {
    gates: slot('gates', 4 * shape.units),
    preactivations: gruKeepsPreactivations(shape) ? slot('preactivations', 3 * shape.units) : null,
    normalized: shape.layerNormalization ? slot('normalized', 6 * shape.units) : null,
    inverseDeviation: shape.layerNormalization ? slot('inverseDeviation', 6) : null,
  };
}

function isValid(golden: GoldenGruCase, row: number): boolean {
  const length = golden.lengths?.[row % golden.batch] ?? golden.timesteps;
  return Math.floor(row / golden.batch) < length;
}

function rowWeights(golden: GoldenGruCase): number[] {
  return Array.from({ length: golden.timesteps * golden.batch }, (_, row) => Number(isValid(golden, row)));
}

/** Values of the valid steps: at padded ones PyTorch writes zeros and the workbench carries the state. */
function onlyValid(golden: GoldenGruCase, values: ArrayLike<number>): number[] {
  const width = values.length / (golden.timesteps * golden.batch);
  return Array.from(values).filter((_, index) => isValid(golden, Math.floor(index / width)));
}
