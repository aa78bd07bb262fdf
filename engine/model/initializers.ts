import { assertNever } from '../base/errors.ts';
import { RandomStream, randomStreams } from '../base/rng.ts';
import type { Initializer, ModelConfig } from '../contract/model.ts';
import { type ModelDescription, type ParameterDescription, parameterSize } from './description.ts';
import { orthonormalRows } from './orthogonal.ts';

/**
 * Initial weights of a model by name, in float64; a backend of another precision rounds them.
 * Every weight draws from a stream of its own, found by its name: adding a layer changes no other weight.
 * @param initializers one for each kind of weight.
 */
export function initialParameters(
  model: ModelDescription,
  initializers: ModelConfig['initializers'],
  seed: number,
): Map<string, Float64Array> {
  return new Map(
    model.parameters.map((parameter) => [
      parameter.name,
      initialize(parameter, initializers[parameter.kind], seed),
    ]),
  );
}

/**
 * One initial weight, row-major. Formulas follow Keras 3 (`keras.initializers`); `torchUniform` is PyTorch's default.
 * `orthogonal` and `identity` treat each gate's block of a GRU matrix by itself.
 */
export function initialize(
  parameter: ParameterDescription,
  initializer: Initializer,
  seed: number,
): Float64Array {
  const random = new RandomStream(seed, randomStreams.initializer, hash(parameter.name));
  const values = new Float64Array(parameterSize(parameter));
  const fans = fansOf(parameter);
  switch (initializer.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'constant':
      return values.fill(initializer.value);
    case 'identity':
      return fillBlocks(parameter, values, (rows, columns) => identity(rows, columns, initializer.gain));
    case 'orthogonal':
      return fillBlocks(parameter, values, (rows, columns) =>
        orthogonal(rows, columns, initializer.gain, random),
      );
    case 'normal':
      return fill(values, () => initializer.mean + initializer.deviation * random.nextNormal());
    case 'truncatedNormal':
      return fill(values, () => initializer.mean + initializer.deviation * truncatedNormal(random));
    case 'uniform':
      return fill(values, uniform(random, initializer.low, initializer.high));
    case 'torchUniform': {
      const bound = 1 / Math.sqrt(parameter.torchFan);
      return fill(values, uniform(random, -bound, bound));
    }
    case 'glorotUniform':
      return scaled(values, random, 2 / (fans.in + fans.out), 'uniform');
    case 'glorotNormal':
      return scaled(values, random, 2 / (fans.in + fans.out), 'truncatedNormal');
    case 'heUniform':
      return scaled(values, random, 2 / fans.in, 'uniform');
    case 'heNormal':
      return scaled(values, random, 2 / fans.in, 'truncatedNormal');
    case 'lecunUniform':
      return scaled(values, random, 1 / fans.in, 'uniform');
    case 'lecunNormal':
      return scaled(values, random, 1 / fans.in, 'truncatedNormal');
    case 'varianceScaling': {
      const fan = { fanIn: fans.in, fanOut: fans.out, fanAverage: (fans.in + fans.out) / 2 };
      return scaled(values, random, initializer.scale / fan[initializer.mode], initializer.distribution);
    }
    default:
      return assertNever(initializer);
  }
}

/** Rows and columns of the whole matrix, all gates included; a vector counts its length twice (Keras). */
function fansOf({ shape }: ParameterDescription): { in: number; out: number } {
  const [first = 1, second = first] = shape;
  return { in: Math.max(1, first), out: Math.max(1, second) };
}

/** Standard deviation of a standard normal cut at two deviations, by which Keras corrects. */
const truncatedDeviation = 0.87962566103423978;

function scaled(
  values: Float64Array,
  random: RandomStream,
  variance: number,
  distribution: 'truncatedNormal' | 'normal' | 'uniform',
): Float64Array {
  const deviation = Math.sqrt(variance);
  switch (distribution) {
    case 'truncatedNormal':
      return fill(values, () => (deviation / truncatedDeviation) * truncatedNormal(random));
    case 'normal':
      return fill(values, () => deviation * random.nextNormal());
    case 'uniform': {
      const limit = Math.sqrt(3 * variance);
      return fill(values, uniform(random, -limit, limit));
    }
  }
}

function fill(values: Float64Array, draw: () => number): Float64Array {
  for (let index = 0; index < values.length; index++) values[index] = draw();
  return values;
}

function uniform(random: RandomStream, low: number, high: number): () => number {
  return () => low + (high - low) * random.nextDouble();
}

/** A standard normal number, drawn again while beyond two deviations. */
function truncatedNormal(random: RandomStream): number {
  let value = random.nextNormal();
  while (Math.abs(value) > 2) value = random.nextNormal();
  return value;
}

type Block = (rows: number, columns: number) => Float64Array;

/** Fills each gate's columns of a matrix with a block of its own. A vector is one row. */
function fillBlocks(parameter: ParameterDescription, values: Float64Array, make: Block): Float64Array {
  const [rows, stride] =
    parameter.shape.length === 1 ? [1, parameter.shape[0] ?? 0] : (parameter.shape as [number, number]);
  const columns = stride / parameter.gates;
  for (let gate = 0; gate < parameter.gates; gate++) {
    const block = make(rows, columns);
    for (let row = 0; row < rows; row++) {
      values.set(block.subarray(row * columns, (row + 1) * columns), row * stride + gate * columns);
    }
  }
  return values;
}

function identity(rows: number, columns: number, gain: number): Float64Array {
  const block = new Float64Array(rows * columns);
  for (let index = 0; index < Math.min(rows, columns); index++) block[index * columns + index] = gain;
  return block;
}

/** Orthonormal rows, or columns where there are fewer of them (Saxe et al. 2014), times the gain. */
function orthogonal(rows: number, columns: number, gain: number, random: RandomStream): Float64Array {
  const normal = pairedNormals(random);
  const wide = orthonormalRows(Math.min(rows, columns), Math.max(rows, columns), normal);
  const block = rows <= columns ? wide : transpose(wide, columns, rows);
  return gain === 1 ? block : block.map((value) => gain * value);
}

/** Normal numbers by Box and Muller, both of each pair used: an orthogonal matrix takes many. */
function pairedNormals(random: RandomStream): () => number {
  let held: number | null = null;
  return () => {
    if (held !== null) {
      const value = held;
      held = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    const angle = 2 * Math.PI * random.nextDouble();
    held = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const transposed = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = matrix[row * columns + column] as number;
    }
  }
  return transposed;
}

/** 32-bit FNV-1a of a name. */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    value = Math.imul(value ^ name.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
