import { WorkbenchError } from '../../base/errors.ts';

/** Vectors of the words that were asked for. */
export interface WordVectors {
  readonly width: number;
  /** Vectors in the file, wanted or not. */
  readonly read: number;
  readonly found: ReadonlyMap<string, Float32Array>;
}

/** More numbers than this are no word vector. */
const widest = 4096;
/** A line or word longer than this is no word vector file. */
const longest = 1 << 20;

/**
 * Reads pretrained word vectors: word2vec (text and binary), GloVe, fastText `.vec`. Only the wanted words are kept, so
 * memory is bounded by the vocabulary however large the file is. Of a word that stands twice the first vector counts.
 * @param chunks the bytes of the file, unpacked.
 * @throws data/unreadable with the line or word; data/empty.
 */
export async function readWordVectors(
  chunks: AsyncIterable<Uint8Array>,
  wanted: ReadonlySet<string>,
  name: string,
): Promise<WordVectors> {
  const bytes = new ByteQueue(chunks);
  const first = await bytes.line();
  if (first === null) throw new WorkbenchError('data/empty', 'The file has no word vectors', { where: name });
  const collector = new Collector(wanted, name);
  const header = /^(\d+) (\d+)\s*$/.exec(first);
  if (header === null) {
    const cells = first.trimEnd().split(' ');
    // GloVe begins with its first word; all words but those with blanks have one cell.
    collector.start(cells.length - 1);
    collector.addLine(first, 1);
    await readLines(bytes, collector, 1);
    return collector.finish();
  }
  const count = Number(header[1]);
  const width = Number(header[2]);
  collector.start(width);
  if (await looksBinary(bytes, width)) await readBinary(bytes, collector, count);
  else await readLines(bytes, collector, 1);
  return collector.finish();
}

class Collector {
  readonly #wanted: ReadonlySet<string>;
  readonly #name: string;
  readonly #found = new Map<string, Float32Array>();
  #read = 0;
  width = 0;

  constructor(wanted: ReadonlySet<string>, name: string) {
    this.#wanted = wanted;
    this.#name = name;
  }

  start(width: number): void {
    if (width < 2 || width > widest) {
      throw this.error(`A vector has ${width} numbers, where 2 to ${widest} are expected`, 'line 1');
    }
    this.width = width;
  }

  /** A word and its numbers; the word may hold blanks, so that the numbers are counted from the end. */
  addLine(line: string, number: number): void {
    const text = line.trimEnd();
    if (text === '') return;
    const cells = text.split(' ');
    const numbers = cells.slice(-this.width);
    if (cells.length <= this.width) {
      throw this.error(
        `A line has ${cells.length - 1} numbers where the others have ${this.width}`,
        `line ${number}`,
      );
    }
    const word = cells.slice(0, -this.width).join(' ');
    this.#read++;
    if (!this.wants(word)) return;
    this.#found.set(word, this.#checked(Float32Array.from(numbers, Number), `line ${number}`));
  }

  addBinary(word: string, numbers: Float32Array, number: number): void {
    this.#read++;
    if (this.wants(word)) this.#found.set(word, this.#checked(numbers, `word ${number}`));
  }

  wants(word: string): boolean {
    return this.#wanted.has(word) && !this.#found.has(word);
  }

  finish(): WordVectors {
    if (this.#read === 0) {
      throw new WorkbenchError('data/empty', 'The file has no word vectors', { where: this.#name });
    }
    return { width: this.width, read: this.#read, found: this.#found };
  }

  error(message: string, place: string): WorkbenchError {
    return new WorkbenchError('data/unreadable', message, {
      where: `${this.#name}, ${place}`,
      hint: 'Give vectors as word2vec (text or binary), GloVe or fastText (.vec) write them.',
    });
  }

  #checked(numbers: Float32Array, place: string): Float32Array {
    if (numbers.every(Number.isFinite)) return numbers;
    throw this.error('A vector holds what is no finite number', place);
  }
}

async function readLines(bytes: ByteQueue, collector: Collector, before: number): Promise<void> {
  let number = before;
  for (let line = await bytes.line(); line !== null; line = await bytes.line())
    collector.addLine(line, ++number);
}

/** Binary vectors follow a word and a blank as float32 numbers, which are hardly ever text. */
async function looksBinary(bytes: ByteQueue, width: number): Promise<boolean> {
  const head = await bytes.peek(Math.min(longest, 256 + width * 32));
  const end = head.indexOf(10);
  const text = new TextDecoder().decode(end < 0 ? head : head.subarray(0, end));
  const cells = text.trimEnd().split(' ');
  const numbers = cells.slice(-Math.min(width, cells.length - 1));
  return numbers.length === 0 || !numbers.every((cell) => /^[-+]?(\d|\.\d|inf|nan)[\d.eE+-]*$/i.test(cell));
}

async function readBinary(bytes: ByteQueue, collector: Collector, count: number): Promise<void> {
  const decoder = new TextDecoder();
  for (let number = 1; number <= count; number++) {
    const raw = await bytes.until(32);
    // Some writers put a line break after the numbers.
    const word = raw === null ? null : decoder.decode(raw).replace(/^\n+/, '');
    const numbers = word === null ? null : await bytes.take(4 * collector.width);
    if (word === null || numbers === null) {
      throw collector.error(`The file ends after ${number - 1} of ${count} vectors`, `word ${number}`);
    }
    const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const vector = Float32Array.from({ length: collector.width }, (_, i) => view.getFloat32(4 * i, true));
    collector.addBinary(word, vector, number);
  }
}

/** Bytes of a stream, taken piece by piece. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held = new Uint8Array(0);
  #at = 0;
  #over = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next line without its end, or null at the end. */
  async line(): Promise<string | null> {
    const bytes = (await this.until(10)) ?? (await this.#rest());
    return bytes === null ? null : new TextDecoder().decode(bytes).replace(/\r$/, '');
  }

  /** Bytes before the next one of a value, which is skipped; null where it does not come. */
  async until(value: number): Promise<Uint8Array | null> {
    let searched = 0;
    for (;;) {
      const end = this.#held.indexOf(value, this.#at + searched);
      if (end >= 0) {
        const bytes = this.#held.subarray(this.#at, end);
        this.#at = end + 1;
        return bytes;
      }
      searched = this.#held.length - this.#at;
      if (searched > longest || !(await this.#more())) return null;
    }
  }

  async take(count: number): Promise<Uint8Array | null> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return null;
    this.#at += count;
    return bytes;
  }

  /** The next bytes, fewer at the end; they stay. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length - this.#at < count && (await this.#more()));
    return this.#held.subarray(this.#at, this.#at + count);
  }

  async #rest(): Promise<Uint8Array | null> {
    const left = this.#held.length - this.#at;
    if (left === 0 || left > longest) return null;
    return this.take(left);
  }

  async #more(): Promise<boolean> {
    if (this.#over) return false;
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#over = true;
      return false;
    }
    const kept = this.#held.subarray(this.#at);
    const joined = new Uint8Array(kept.length + next.value.length);
    joined.set(kept);
    joined.set(next.value, kept.length);
    this.#held = joined;
    this.#at = 0;
    return true;
  }
}
