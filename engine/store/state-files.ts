import { z } from 'zod';
import { WorkbenchError } from '../base/errors.ts';
import type { TrainingState } from '../contract/training-state.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../export/safetensors.ts';
import { decodeJson, encodeJson, type JsonFileKind } from './json-file.ts';

/**
 * How a training state lies in the files of a checkpoint:
 * - weights.safetensors: the parameters by name
 * - optimizer.safetensors: `optimizer/`, `average/`, `carried/` and `best/` tensors
 * - rng.json: counters. The random numbers are counter-based, so position and seed are all there is of them.
 * Values keep their precision: float64 of the reference backend stays float64.
 */
export const stateFileNames = ['weights.safetensors', 'optimizer.safetensors', 'rng.json'] as const;
export type StateFileName = (typeof stateFileNames)[number];
export type StateFiles = Readonly<Record<StateFileName, Uint8Array>>;

/** Sizes of a weight by its name, for readers of the file; a name it does not know is stored flat. */
export type ShapeOf = (name: string) => readonly number[] | undefined;

type FloatTensors = ReadonlyMap<string, Float32Array | Float64Array>;

/** JSON has no NaN and no infinities; they are kept as text. */
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
type StoredNumber = z.infer<typeof number>;

const positionKind = {
  name: 'training position',
  version: 1,
  schema: z.strictObject({
    seed: z.int(),
    step: z.int().min(0),
    microStep: z.int().min(0),
    epoch: z.int().min(0),
    batchInEpoch: z.int().min(0),
    epochLossSum: number,
    epochWeightSum: number,
    best: z.strictObject({ epoch: z.int().min(0), value: number }).nullable(),
    epochsWithoutImprovement: z.int().min(0),
    plateau: z.strictObject({
      factor: number,
      best: number.nullable(),
      bad: z.int().min(0),
      cooldown: z.int().min(0),
    }),
  }),
  migrations: {},
} satisfies JsonFileKind<unknown>;

/** Makes the files of a state one after the other, so that no two of them need memory at the same time. */
export function* encodeState(
  state: TrainingState,
  seed: number,
  shapeOf: ShapeOf = () => undefined,
): Generator<{ readonly name: StateFileName; readonly bytes: Uint8Array }> {
  yield { name: 'weights.safetensors', bytes: encodeWeights(state.parameters, shapeOf) };
  yield { name: 'optimizer.safetensors', bytes: encodeOptimizer(state) };
  yield { name: 'rng.json', bytes: encodeJson(positionKind, positionOf(state, seed)) };
}

function encodeOptimizer(state: TrainingState): Uint8Array {
  const tensors = new Map<string, Tensor>();
  addTensors(tensors, 'optimizer/', state.optimizer);
  addTensors(tensors, 'average/', state.averages);
  addTensors(tensors, 'carried/', state.carried);
  if (state.best !== null) addTensors(tensors, 'best/', state.best.parameters);
  return writeSafetensors({ tensors, metadata });
}

function positionOf(state: TrainingState, seed: number): z.infer<typeof positionKind.schema> {
  return {
    seed,
    step: state.step,
    microStep: state.microStep,
    epoch: state.epoch,
    batchInEpoch: state.batchInEpoch,
    epochLossSum: storedNumber(state.epochLossSum),
    epochWeightSum: storedNumber(state.epochWeightSum),
    best: state.best === null ? null : { epoch: state.best.epoch, value: storedNumber(state.best.value) },
    epochsWithoutImprovement: state.epochsWithoutImprovement,
    plateau: {
      factor: storedNumber(state.plateau.factor),
      best: state.plateau.best === null ? null : storedNumber(state.plateau.best),
      bad: state.plateau.bad,
      cooldown: state.plateau.cooldown,
    },
  };
}

/** @param folder where the files were, for errors. Throws `store/damaged`. */
export function decodeState(
  files: StateFiles,
  folder: string,
): { readonly state: TrainingState; readonly seed: number } {
  const position = decodeJson(files['rng.json'], `${folder}/rng.json`, positionKind);
  const parameters = decodeWeights(files['weights.safetensors'], `${folder}/weights.safetensors`);
  const rest = decodeWeights(files['optimizer.safetensors'], `${folder}/optimizer.safetensors`);
  const state: TrainingState = {
    step: position.step,
    microStep: position.microStep,
    epoch: position.epoch,
    batchInEpoch: position.batchInEpoch,
    epochLossSum: Number(position.epochLossSum),
    epochWeightSum: Number(position.epochWeightSum),
    parameters,
    optimizer: tensorsUnder(rest, 'optimizer/'),
    averages: tensorsUnder(rest, 'average/'),
    carried: tensorsUnder(rest, 'carried/'),
    best:
      position.best === null
        ? null
        : {
            epoch: position.best.epoch,
            value: Number(position.best.value),
            parameters: tensorsUnder(rest, 'best/'),
          },
    epochsWithoutImprovement: position.epochsWithoutImprovement,
    plateau: {
      factor: Number(position.plateau.factor),
      best: position.plateau.best === null ? null : Number(position.plateau.best),
      bad: position.plateau.bad,
      cooldown: position.plateau.cooldown,
    },
  };
  return { state, seed: position.seed };
}

/** Weights by name as a safetensors file, in the program's own names and layout. */
export function encodeWeights(weights: FloatTensors, shapeOf: ShapeOf = () => undefined): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const [name, values] of weights)
    tensors.set(name, { shape: shapeOf(name) ?? [values.length], values });
  return writeSafetensors({ tensors, metadata });
}

export function decodeWeights(bytes: Uint8Array, where: string): Map<string, Float32Array | Float64Array> {
  const weights = new Map<string, Float32Array | Float64Array>();
  let file: ReturnType<typeof readSafetensors>;
  try {
    file = readSafetensors(bytes, where);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WorkbenchError('store/damaged', reason, { where, cause });
  }
  for (const [name, { values }] of file.tensors) {
    if (values instanceof Int32Array) {
      throw new WorkbenchError('store/damaged', `"${name}" holds whole numbers`, { where });
    }
    weights.set(name, values);
  }
  return weights;
}

const metadata = { format: 'gru-workbench', version: '1' };

function addTensors(target: Map<string, Tensor>, prefix: string, source: FloatTensors): void {
  for (const [name, values] of source) target.set(prefix + name, { shape: [values.length], values });
}

function tensorsUnder(source: FloatTensors, prefix: string): Map<string, Float32Array | Float64Array> {
  const found = new Map<string, Float32Array | Float64Array>();
  for (const [name, values] of source) {
    if (name.startsWith(prefix)) found.set(name.slice(prefix.length), values);
  }
  return found;
}

function storedNumber(value: number): StoredNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}
