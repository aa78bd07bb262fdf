import { inflateSync } from 'fflate';
import { WorkbenchError } from '../base/errors.ts';
import {
  findZipDirectory,
  readZipDirectory,
  type ZipEntry,
  zipTailBytes,
} from '../data/formats/zip-directory.ts';
import { damaged } from './network.ts';

/** Bytes that all wanted entries may take together: a model of 250 million weights. */
const largestTotal = 1 << 30;
/** Deflate cannot shrink more than 1032 to 1. */
const largestRatio = 1032;

/**
 * The wanted entries of a zip file by name. Names that leave the folder, entries that claim more than they may, and
 * archives that inflate to more than `largestTotal` are refused before anything is inflated.
 * @param wanted whether an entry is read; the others are not inflated.
 */
export function readArchive(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  format: string,
  where: string,
): ReadonlyMap<string, Uint8Array> {
  try {
    const tail = bytes.subarray(Math.max(0, bytes.length - zipTailBytes));
    const place = findZipDirectory(tail, bytes.length - tail.length, where);
    const directory = bytes.subarray(place.offset, place.offset + place.size);
    const entries = readZipDirectory(directory, bytes.length, where).filter(({ name }) => wanted(name));
    if (entries.reduce((sum, { size }) => sum + size, 0) > largestTotal) {
      throw damaged(format, where, 'it would take more than 1 GB of memory');
    }
    return new Map(entries.map((entry) => [entry.name, unpackEntry(bytes, entry, format, where)]));
  } catch (cause) {
    if (cause instanceof WorkbenchError && !cause.code.startsWith('import/')) {
      throw damaged(format, where, cause.message, cause);
    }
    throw cause;
  }
}

/** The bytes of one entry, exactly as many as the directory says. */
function unpackEntry(archive: Uint8Array, entry: ZipEntry, format: string, where: string): Uint8Array {
  const { offset, packedSize, size, method, name } = entry;
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const refused = (cause?: unknown): WorkbenchError =>
    damaged(format, where, `the entry "${name.slice(0, 60)}" cannot be unpacked`, cause);
  if (offset + 30 > archive.length || view.getUint32(offset, true) !== 0x04034b50) throw refused();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > archive.length) throw refused();
  const packed = archive.subarray(start, start + packedSize);
  if (size > packedSize * largestRatio) throw refused();
  if (method === 0) {
    if (packedSize !== size) throw refused();
    return packed;
  }
  try {
    const unpacked = inflateSync(packed, { out: new Uint8Array(size) });
    if (unpacked.length !== size) throw refused();
    return unpacked;
  } catch (cause) {
    throw cause instanceof WorkbenchError ? cause : refused(cause);
  }
}
