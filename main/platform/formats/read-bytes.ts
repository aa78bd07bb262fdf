import { open, readFile } from 'node:fs/promises';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceConfig, SourceEncoding } from '../../../engine/contract/source.ts';
import { decodeText, type FoundEncoding, findEncoding } from '../../../engine/data/formats/encoding.ts';
import { statFile, unreadable } from '../tables/scan-file.ts';
import type { SourcePart } from './format-reader.ts';

/** Files of formats that are parsed as a whole are at most this large; CSV and Parquet may be of any size. */
const largestParsed = 400 * 2 ** 20;

/** The whole file. @throws data/too-large. */
export async function readWhole(part: SourcePart, limit = largestParsed): Promise<Uint8Array> {
  const { size } = await statFile(part.path);
  if (size > limit) {
    throw new WorkbenchError(
      'data/too-large',
      `The file has ${Math.round(size / 1e6)} MB; in this format at most ${Math.round(limit / 1e6)} MB are read`,
      {
        where: part.name,
        hint: 'Save it as CSV or Parquet, which are read at any size, or cut it into several files.',
      },
    );
  }
  if (size === 0) throw new WorkbenchError('data/empty', 'The file is empty', { where: part.name });
  const bytes = await readFile(part.path).catch((cause: unknown) => {
    throw unreadable(cause, part.path);
  });
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The first bytes of a file. */
export async function readHead(path: string, length: number): Promise<Uint8Array> {
  return readRange(path, 0, length);
}

/** Bytes start ... start+length-1, fewer where the file ends before. */
export async function readRange(path: string, start: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(cause, path);
  });
  try {
    const buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

export interface DecodedText {
  readonly text: string;
  readonly encoding: SourceEncoding;
  readonly notes: readonly string[];
}

/** The whole file as text, in the encoding that is given or found. */
export async function readText(part: SourcePart, config: SourceConfig): Promise<DecodedText> {
  const bytes = await readWhole(part);
  const found = encodingOf(bytes, true, config);
  try {
    return { text: decodeText(bytes, found), encoding: found.encoding, notes: encodingNotes(found) };
  } catch (cause) {
    throw notDecoded(part.name, found.encoding, cause);
  }
}

/** The encoding of a text by a person's wish, or from its bytes. */
export function encodingOf(bytes: Uint8Array, complete: boolean, config: SourceConfig): FoundEncoding {
  const found = findEncoding(bytes, complete);
  if (config.encoding === null) return found;
  const mark = found.encoding === config.encoding ? found.mark : 0;
  return { encoding: config.encoding, mark, certain: true };
}

export function encodingNotes({ encoding, certain }: FoundEncoding): string[] {
  if (encoding === 'utf-8') return [];
  const name = { 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16', gb18030: 'GB18030', latin1: 'Windows-1252' }[
    encoding
  ];
  return [
    certain
      ? `The text is read as ${name}.`
      : `The text is not UTF-8; it is read as ${name}. If letters look wrong, set data.source.encoding.`,
  ];
}

export function notDecoded(name: string, encoding: SourceEncoding, cause: unknown): WorkbenchError {
  return new WorkbenchError('data/not-text', `The file is not ${encoding} text`, {
    where: name,
    hint: 'Choose another encoding with data.source.encoding.',
    cause,
  });
}
