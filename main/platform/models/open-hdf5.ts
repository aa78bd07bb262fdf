import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hdf5File, OpenHdf5 } from '../../../engine/import/keras-weights.ts';
import type { Hdf5Array, Hdf5Values } from '../hdf5/contents.ts';
import { countOf, Hdf5Reader } from '../hdf5/hdf5-reader.ts';

/** Weights of one file at most: 1 GB of float32. */
const largestTotal = 1 << 28;
/** State of the optimizer, up to twice the size of the weights, is not read. */
const optimizerPath = /^_?optimizer(_weights)?\//;

type Weights = NonNullable<ReturnType<Hdf5File['array']>>;

/** The bytes of an HDF5 file, read by a thread that ends with it. */
export const openHdf5: OpenHdf5 = async (bytes) => {
  const reader = new Hdf5Reader();
  try {
    return await readBytes(reader, bytes);
  } finally {
    await reader.close();
  }
};

/** The same by a thread that goes on, for many files. */
export function openHdf5With(reader: Hdf5Reader): OpenHdf5 {
  return (bytes) => readBytes(reader, bytes);
}

/** The library reads files only: the bytes are in a temporary one for as long as it takes. */
async function readBytes(reader: Hdf5Reader, bytes: Uint8Array): Promise<Hdf5File> {
  const path = join(tmpdir(), `gru-import-${randomUUID()}.h5`);
  await writeFile(path, bytes);
  try {
    const { arrays, groups, texts } = await reader.contents(path);
    const stored = arrays.filter(isWeight);
    if (stored.reduce((sum, array) => sum + countOf(array), 0) > largestTotal) {
      throw new Error('It holds more than 1 GB of weights');
    }
    const values = await reader.values(path, stored);
    const weights = new Map(
      stored.map((array, index) => [array.path, weightsOf(array, values[index] ?? [])]),
    );
    return {
      text: (place, attribute) => texts.get(place)?.get(attribute) ?? null,
      names: (place) => groups.get(place) ?? [],
      array: (place) => weights.get(place) ?? null,
    };
  } finally {
    await rm(path, { force: true });
  }
}

/** Whole numbers 0, real ones 1: nothing else is a weight. */
function isWeight({ type, path }: Hdf5Array): boolean {
  return (type === 0 || type === 1) && !optimizerPath.test(path);
}

/** Null when the file holds another number of values than it says. */
function weightsOf(array: Hdf5Array, read: Hdf5Values): Weights | null {
  const values = read instanceof Float32Array ? read : Float32Array.from(read as ArrayLike<unknown>, Number);
  return values.length === countOf(array) ? { shape: array.shape, values } : null;
}
