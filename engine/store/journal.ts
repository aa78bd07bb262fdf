import { type FileSystem, parentOf } from './file-system.ts';

/**
 * A file of JSON lines that only grows: the metrics or the events of a run. Lines are gathered and written together;
 * `sync` puts them on the disk and says how long the file then is. A checkpoint keeps that length, and resuming cuts
 * the file back to it, which also removes a line torn by a crash.
 */
export class Journal {
  readonly #files: FileSystem;
  readonly #path: string;
  #pending = '';
  #length: number;

  private constructor(files: FileSystem, path: string, length: number) {
    this.#files = files;
    this.#path = path;
    this.#length = length;
  }

  /** Starts a journal with the line that holds its version. */
  static async create(files: FileSystem, path: string): Promise<Journal> {
    const bytes = encoder.encode(`${JSON.stringify({ version: journalVersion })}\n`);
    await files.write(path, bytes);
    await files.syncDirectory(parentOf(path));
    return new Journal(files, path, bytes.length);
  }

  /** Goes on with a journal from the length that a checkpoint remembers. */
  static async reopen(files: FileSystem, path: string, length: number): Promise<Journal> {
    const size = await files.size(path);
    if (size === null || size < length) return Journal.create(files, path);
    if (size > length) {
      await files.truncate(path, length);
      await files.syncFile(path);
    }
    return new Journal(files, path, length);
  }

  async add(line: object): Promise<void> {
    this.#pending += `${JSON.stringify(line)}\n`;
    if (this.#pending.length > flushedAt) await this.flush();
  }

  /**
   * Hands gathered lines to the operating system, so that other programs see them. Resolves to the length of the file
   * in bytes.
   */
  async flush(): Promise<number> {
    if (this.#pending === '') return this.#length;
    const bytes = encoder.encode(this.#pending);
    this.#pending = '';
    await this.#files.append(this.#path, bytes);
    this.#length += bytes.length;
    return this.#length;
  }

  /** Puts every line on the disk. Resolves to the length of the file in bytes. */
  async sync(): Promise<number> {
    const length = await this.flush();
    await this.#files.syncFile(this.#path);
    return length;
  }
}

const journalVersion = 1;
const flushedAt = 16_384;
const encoder = new TextEncoder();

/** The lines of a journal, oldest first, without its version; a torn last line is left out. */
export async function readJournal(files: FileSystem, path: string): Promise<unknown[]> {
  const bytes = await files.read(path);
  if (bytes === null) return [];
  const text = new TextDecoder('utf-8').decode(bytes);
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines: unknown[] = [];
  for (const line of complete.split('\n').slice(1)) {
    if (line === '') continue;
    try {
      lines.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return lines;
}
