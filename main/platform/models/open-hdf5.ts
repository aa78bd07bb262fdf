import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hdf5File } from '../../../engine/import/keras.ts';

/** Elements of one array at most: 1 GB of float32. */
const largestArray = 1 << 28;

/** The bytes of an HDF5 file, opened by h5wasm; it reads from a temporary file, which is removed again. */
export async function openHdf5(bytes: Uint8Array): Promise<Hdf5File> {
  const h5 = await import('h5wasm/node');
  // Errors are thrown; otherwise the library prints its stack on standard error.
  (await h5.ready).activate_throwing_error_handler();
  const path = join(tmpdir(), `gru-import-${randomUUID()}.h5`);
  await writeFile(path, bytes);
  let file: InstanceType<typeof h5.File>;
  try {
    file = new h5.File(path, 'r');
  } finally {
    await rm(path, { force: true });
  }
  const at = (place: string) => {
    if (place === '') return file;
    try {
      return file.get(place);
    } catch {
      return null; // There is no such path, or it cannot be read.
    }
  };
  return {
    text: (place, attribute) => {
      const item = at(place);
      if (!(item instanceof h5.Group) && !(item instanceof h5.Dataset)) return null;
      const value = item.attrs[attribute]?.value;
      if (typeof value === 'string') return value;
      return value instanceof Uint8Array ? new TextDecoder().decode(value) : null;
    },
    names: (place) => {
      const item = at(place);
      return item instanceof h5.Group ? item.keys() : [];
    },
    array: (place) => {
      const item = at(place);
      if (!(item instanceof h5.Dataset) || item.shape === null) return null;
      const count = item.shape.reduce((product, length) => product * length, 1);
      // Whole numbers 0, real ones 1: nothing else is a weight.
      if (count > largestArray || (item.metadata.type !== 0 && item.metadata.type !== 1)) return null;
      const value: unknown = item.value;
      const values =
        value instanceof Float32Array
          ? value
          : Float32Array.from(
              ArrayBuffer.isView(value) ? (value as unknown as ArrayLike<number>) : [],
              Number,
            );
      return values.length === count ? { shape: item.shape, values } : null;
    },
    close: () => {
      try {
        file.close();
      } catch {
        // A damaged file may not close; the process goes on without it.
      }
    },
  };
}
