import { stat } from 'node:fs/promises';
import { GuardedThread } from '../threads/guarded-thread.ts';
import type { Hdf5Answer, Hdf5Array, Hdf5Contents, Hdf5Question, Hdf5Values } from './contents.ts';

/** A sound file answers at this rate and more; one that does not is given up. */
const bytesPerMillisecond = 20_000;
const leastMilliseconds = 450;
/** Deflate cannot shrink more than 1032 to 1, and a value has four bytes or eight. */
const largestRatio = 1032 / 4;

/** What the library needs for itself, in bytes; arrays come on top, and a filter needs one of them twice. */
const libraryMemory = 48 * 2 ** 20;
const largestValue = 8;

/** Number of values. */
export function countOf({ shape }: Pick<Hdf5Array, 'shape'>): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Reads HDF5 files in a thread of its own, which is ended when a file keeps it too long. Ends with `close`. */
export class Hdf5Reader {
  readonly #thread = new GuardedThread<Hdf5Question, Hdf5Answer>('hdf5-thread.mjs');

  /** What the file holds. @throws Error with the library's reason, or that it took too long. */
  async contents(file: string): Promise<Hdf5Contents> {
    const answer = await this.#ask({ ask: 'contents', file, memory: libraryMemory });
    if (answer.answer !== 'contents') throw new Error('The thread answered another question');
    return answer.contents;
  }

  /** Values of arrays of the contents, in order. @throws Error as `contents`, and for more than the file can hold. */
  async values(file: string, arrays: readonly Hdf5Array[]): Promise<readonly Hdf5Values[]> {
    const { size } = await stat(file);
    const count = arrays.reduce((sum, array) => sum + countOf(array), 0);
    if (count > size * largestRatio) throw new Error('It claims more values than it can hold');
    const answer = await this.#ask({
      ask: 'values',
      file,
      memory: libraryMemory + 2 * largestValue * Math.max(0, ...arrays.map(countOf)),
      paths: arrays.map(({ path }) => path),
    });
    if (answer.answer !== 'values') throw new Error('The thread answered another question');
    return answer.values;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #ask(question: Hdf5Question): Promise<Hdf5Answer> {
    const { size } = await stat(question.file);
    const limit = leastMilliseconds + Math.ceil(size / bytesPerMillisecond);
    const answer = await this.#thread.ask(question, limit);
    if (answer.answer === 'failed') throw new Error(answer.reason);
    return answer;
  }
}
