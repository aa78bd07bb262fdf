import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '../../../engine/store/file-system.ts';

/** Closes the files whose handles nobody holds any more. */
const closer = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/** How another thread of the process reads a hidden file, for as long as this one holds it. */
export interface HiddenFileHandle {
  readonly descriptor: number;
  /** The folder that it lies in, for messages. */
  readonly folder: string;
}

/**
 * A file without a name: it is unlinked as soon as it is open, so that nothing is left of it however the process ends.
 * Its space is given back when nobody holds its handle.
 */
export class HiddenFile {
  readonly handle: HiddenFileHandle;

  /** @param folder on a disk with room. Throws `store/*`. */
  constructor(folder: string) {
    const path = join(folder, `.spill-${process.pid}-${crypto.randomUUID()}`);
    const descriptor = doing('write', folder, () => openSync(path, 'wx+'));
    doing('write', folder, () => unlinkSync(path));
    this.handle = { descriptor, folder };
    closer.register(this.handle, descriptor);
  }

  write(bytes: Uint8Array, position: number): void {
    const { descriptor, folder } = this.handle;
    doing('write', folder, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
  }

  /** Fills the bytes; what lies beyond the end of the file is zero. */
  read(bytes: Uint8Array, position: number): void {
    readHidden(this.handle, bytes, position);
  }
}

/** Fills the bytes from a file that some thread of the process holds; what lies beyond its end is zero. */
export function readHidden(
  { descriptor, folder }: HiddenFileHandle,
  bytes: Uint8Array,
  position: number,
): void {
  doing('read', folder, () => {
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    bytes.fill(0, done);
  });
}

function doing<Value>(what: 'read' | 'write', folder: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    throw fileError(error, what, folder);
  }
}

/** The bytes of an array of numbers. */
export function bytesOf(values: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
