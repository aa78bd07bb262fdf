import { unzipSync } from 'fflate';
import { damaged } from './network.ts';

/** Bytes that all wanted entries may take together: a model of 250 million weights. */
const largestTotal = 1 << 30;
/** Deflate cannot shrink more than 1032 to 1; weights shrink hardly at all. */
const largestRatio = 1032;
const largestCount = 100_000;

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
  let total = 0;
  let count = 0;
  let refusal: string | null = null;
  const check = (name: string, size: number, compressed: number): boolean => {
    count += 1;
    if (count > largestCount) refusal ??= `it has more than ${largestCount} entries`;
    if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[A-Za-z]:|\0/.test(name)) {
      refusal ??= `the entry "${name.slice(0, 60)}" would leave its folder`;
    }
    if (!wanted(name)) return false;
    total += size;
    if (total > largestTotal) refusal ??= 'it would take more than 1 GB of memory';
    if (size > 1 << 20 && size > compressed * largestRatio) refusal ??= `the entry "${name}" is a bomb`;
    return refusal === null;
  };
  let entries: Readonly<Record<string, Uint8Array>>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize, size }) => check(name, originalSize, size),
    });
  } catch (cause) {
    throw damaged(format, where, refusal ?? 'its zip archive cannot be read', cause);
  }
  if (refusal !== null) throw damaged(format, where, refusal);
  return new Map(Object.entries(entries));
}
