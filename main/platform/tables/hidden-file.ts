import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '../../../engine/store/file-system.ts';

/** Closes the files of objects that nobody holds any more. */
const closer = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * A file without a name: it is unlinked as soon as it is open, so that nothing is left of it however the process ends.
 * Its space is given back when nobody holds it.
 */
export class HiddenFile {
  readonly #descriptor: number;
  readonly #folder: string;

  /** @param folder on a disk with room. Throws `store/*`. */
  constructor(folder: string) {
    const path = join(folder, `.spill-${process.pid}-${crypto.randomUUID()}`);
    this.#folder = folder;
    this.#descriptor = this.#doing('write', () => openSync(path, 'wx+'));
    this.#doing('write', () => unlinkSync(path));
    closer.register(this, this.#descriptor);
  }

  write(bytes: Uint8Array, position: number): void {
    this.#doing('write', () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
  }

  /** Fills the bytes; what lies beyond the end of the file is zero. */
  read(bytes: Uint8Array, position: number): void {
    this.#doing('read', () => {
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      bytes.fill(0, done);
    });
  }

  #doing<Value>(what: 'read' | 'write', action: () => Value): Value {
    try {
      return action();
    } catch (error) {
      throw fileError(error, what, this.#folder);
    }
  }
}

/** The bytes of an array of numbers. */
export function bytesOf(values: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
