import { inflateRawSync } from 'node:zlib';
import { dataEndings } from '../../../engine/contract/files.ts';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { type ArrayOptions, chooseArrays, tableOfArrays } from '../../../engine/data/formats/array-table.ts';
import { isNpy, parseNpy, type SourceArray } from '../../../engine/data/formats/npy.ts';
import {
  findZipDirectory,
  readZipDirectory,
  type ZipEntry,
  zipTailBytes,
} from '../../../engine/data/formats/zip-directory.ts';
import type { FormatReader } from './format-reader.ts';
import { readWhole } from './read-bytes.ts';

const largest = 2 ** 30;

/** NumPy arrays: one (.npy) or several by name (.npz). */
export const numpyReader: FormatReader = {
  format: 'numpy',
  endings: dataEndings.numpy,
  matches: isNpy,
  read: async (part, config) => {
    const bytes = await readWhole(part, largest);
    const options: ArrayOptions = {
      name: part.name,
      path: config.path,
      labels: config.labels,
      shape: config.shape,
    };
    const arrays = isNpy(bytes) ? [parseNpy(bytes, part.name)] : readArchive(bytes, part.name);
    const choice = chooseArrays(arrays, options);
    const pick = (name: string | null) => arrays.find((array) => array.name === name) ?? null;
    const [values, labels] = [pick(choice.values), pick(choice.labels)];
    if (values === null) throw new WorkbenchError('internal', 'The chosen array is gone');
    return {
      kind: 'parsed',
      table: tableOfArrays(values, labels, options, choice.notes),
      found: { path: choice.values, labels: choice.labels },
      choices: { paths: arrays.map(({ name }) => name) },
    };
  },
};

/** The arrays of a .npz file, which is a zip archive of .npy files. */
export function readArchive(bytes: Uint8Array, where: string): SourceArray[] {
  const tail = bytes.subarray(Math.max(0, bytes.length - zipTailBytes));
  const place = findZipDirectory(tail, bytes.length - tail.length, where);
  const directory = bytes.subarray(place.offset, place.offset + place.size);
  const entries = readZipDirectory(directory, bytes.length, where).filter(({ name }) =>
    name.endsWith('.npy'),
  );
  return entries.map((entry) =>
    parseNpy(unpackEntry(bytes, entry, where), `${where}, ${entry.name}`, entry.name.slice(0, -4)),
  );
}

/** The bytes of one file of an archive in memory, never more than its directory says. */
export function unpackEntry(archive: Uint8Array, entry: ZipEntry, where: string): Uint8Array {
  const { offset, packedSize, size, method, name } = entry;
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const damaged = (cause?: unknown) =>
    new WorkbenchError('data/unreadable', `"${name}" of the archive cannot be unpacked`, {
      where,
      hint: 'Make or download it again.',
      cause,
    });
  if (offset + 30 > archive.length || view.getUint32(offset, true) !== 0x04034b50) throw damaged();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > archive.length) throw damaged();
  const packed = archive.subarray(start, start + packedSize);
  if (method === 0) return packed;
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, Math.min(size, 2 ** 31)) }));
  } catch (cause) {
    throw damaged(cause);
  }
}
