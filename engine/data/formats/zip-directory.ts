import { WorkbenchError } from '../../base/errors.ts';

/** A file within a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
  readonly crc: number;
}

/** What the archive may unpack to: an archive of a few kilobytes can be made to fill any disk. */
export const archiveLimits = {
  entries: 100_000,
  /** Bytes unpacked from here on must not be more than `ratio` times the packed ones. */
  freeBytes: 256 * 2 ** 20,
  ratio: 200,
} as const;

/** Longest end record: 22 bytes and a comment of 65,535. */
export const zipTailBytes = 65_557;

/**
 * Where the directory of a zip archive lies, from the last bytes of the file (at most `zipTailBytes` are needed).
 * @param start where `tail` begins in the file.
 */
export function findZipDirectory(
  tail: Uint8Array,
  start: number,
  where: string,
): { readonly offset: number; readonly size: number; readonly entries: number } {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const entries = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    if (entries !== 0xffff && offset !== 0xffffffff && size !== 0xffffffff) {
      if (offset + size > start + at) throw damaged('its directory lies outside of it', where);
      return { offset, size, entries };
    }
    const long = at - 20 - 56;
    if (long < 0 || view.getUint32(long, true) !== 0x06064b50) throw damaged('its end cannot be read', where);
    return {
      entries: Number(view.getBigUint64(long + 32, true)),
      size: Number(view.getBigUint64(long + 40, true)),
      offset: Number(view.getBigUint64(long + 48, true)),
    };
  }
  throw damaged('it has no directory; it may be cut off', where);
}

/**
 * The files of a zip archive, folders left out.
 * @param fileSize of the whole archive.
 * @throws data/unsafe-archive for names that lead out of a folder and for sizes no honest archive has.
 */
export function readZipDirectory(directory: Uint8Array, fileSize: number, where: string): ZipEntry[] {
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let at = 0; at + 46 <= directory.length; ) {
    if (view.getUint32(at, true) !== 0x02014b50) throw damaged('its directory cannot be read', where);
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > directory.length) throw damaged('its directory is cut off', where);
    const name = new TextDecoder('utf-8').decode(directory.subarray(at + 46, at + 46 + nameLength));
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = longSizes(extra, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]);
    const crc = view.getUint32(at + 16, true);
    at = next;
    if (name.endsWith('/') || /(^|\/)(__MACOSX\/|\.DS_Store$|\._)/.test(name)) continue;
    requireSafeName(name, where);
    if ((flags & 1) === 1) {
      throw new WorkbenchError('data/unreadable', `"${name}" is locked by a password`, {
        where,
        hint: 'Unpack the archive and import the file.',
      });
    }
    if (method !== 0 && method !== 8) {
      throw new WorkbenchError(
        'data/unreadable',
        `"${name}" is packed in a way that is not read (${method})`,
        {
          where,
          hint: 'Unpack the archive and import the file.',
        },
      );
    }
    const [size, packedSize, offset] = sizes;
    if (packedSize > fileSize || offset > fileSize) throw damaged(`"${name}" lies outside of it`, where);
    total += size;
    if (entries.length >= archiveLimits.entries) {
      throw unsafe(`it holds more than ${archiveLimits.entries} files`, where);
    }
    entries.push({ name, method, packedSize, size, offset, crc });
  }
  requireHonest(total, fileSize, where);
  return entries;
}

/** Sizes and offset of more than 32 bits stand in an extra field, in this order. */
function longSizes(extra: Uint8Array, short: readonly [number, number, number]): [number, number, number] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  const sizes: [number, number, number] = [...short];
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let field = at + 4;
      for (let i = 0; i < 3; i++) {
        if (sizes[i] !== 0xffffffff || field + 8 > Math.min(extra.length, at + 4 + length)) continue;
        sizes[i] = Number(view.getBigUint64(field, true));
        field += 8;
      }
    }
    at += 4 + length;
  }
  return sizes;
}

function requireSafeName(name: string, where: string): void {
  const parts = name.split(/[/\\]/);
  if (name === '' || name.includes('\0') || /^([/\\]|[A-Za-z]:)/.test(name) || parts.includes('..')) {
    throw unsafe(`the name "${name.replace(/\0/g, '')}" leads out of the archive`, where);
  }
}

/** Refuses what unpacks to far more than any table does. */
export function requireHonest(unpacked: number, packed: number, where: string): void {
  if (unpacked > archiveLimits.freeBytes && unpacked > packed * archiveLimits.ratio) {
    throw unsafe(`it unpacks to more than ${archiveLimits.ratio} times its size`, where);
  }
}

function unsafe(what: string, where: string): WorkbenchError {
  return new WorkbenchError('data/unsafe-archive', `The archive is not unpacked: ${what}`, {
    where,
    hint: 'If you trust it, unpack it yourself and import the file.',
  });
}

function damaged(what: string, where: string): WorkbenchError {
  return new WorkbenchError('data/unreadable', `The archive cannot be read: ${what}`, {
    where,
    hint: 'Make or download it again.',
  });
}
