import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { errorCode } from '../../../engine/store/file-system.ts';
import { requireGoing } from './canceled.ts';
import { type Dialect, type DialectWishes, findDialect, noWishes } from './dialect.ts';
import { RecordScanner } from './record-scanner.ts';

export interface ScannedFile {
  /** The text file to read, in UTF-8. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly size: number;
  /** ISO 8601 time of the last change. */
  readonly modified: string;
  /** Data records, header not counted: what a reader must find. */
  readonly records: number;
  readonly blankLines: number;
  /** Those before the first record. */
  readonly leadingBlankLines: number;
  /** Throws what is wrong with the text, naming the row; does nothing where that is sound. */
  readonly explain: () => Promise<void>;
}

/** Wider files are refused: DuckDB takes minutes over them and no sequence model has use for the columns. */
const maximumColumns = 16_384;

const chunkBytes = 4 << 20;
const sampleBytes = 1 << 20;

export interface ScanOptions {
  /** What messages call the file: its own name by default. */
  readonly name?: string;
  readonly wishes?: DialectWishes;
  readonly signal?: AbortSignal | undefined;
  /** Whether the cells of every record are counted too. Default false. */
  readonly cells?: boolean;
  /** Called with the bytes read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a text file once, from end to end: its encoding and dialect, and the number of its records, counted apart from
 * the reader that will parse them. That one refuses records of another number of cells; with `cells` this one does, and
 * names the row.
 */
export async function scanFile(path: string, options: ScanOptions = {}): Promise<ScannedFile> {
  const { name = basename(path), wishes = noWishes, signal, onBytes, cells = false } = options;
  const facts = await statFile(path);
  if (facts.size === 0) throw new WorkbenchError('data/empty', 'The file is empty', { where: name });
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(cause, path);
  });
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let scanner: RecordScanner | null = null;
  let dialect: Dialect | null = null;
  let pending = 0;
  let size = 0;
  try {
    for (;;) {
      requireGoing(signal, name);
      onBytes?.(size);
      const { bytesRead } = await handle.read(buffer, pending, chunkBytes - pending);
      const ended = bytesRead === 0;
      size += bytesRead;
      const filled = pending + bytesRead;
      const whole = ended ? filled : lastCharacterEnd(buffer, filled);
      let chunk = buffer.subarray(0, whole);
      if (dialect === null) {
        refuseBinary(chunk, name);
        if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) chunk = chunk.subarray(3);
        requireUtf8(chunk, name, 0);
        const sample = chunk.subarray(0, lastCharacterEnd(chunk, Math.min(chunk.length, sampleBytes)));
        dialect = findDialect(sample.toString('utf8'), sample.length >= facts.size - 3, wishes);
        if (dialect.names.length === 0) {
          throw new WorkbenchError('data/empty', 'The file holds nothing but blanks', { where: name });
        }
        if (dialect.names.length > maximumColumns) throw tooWide(dialect.names.length, name);
        scanner = new RecordScanner(dialect, name, { cells });
      } else requireUtf8(chunk, name, scanner?.line ?? 0);
      scanner?.scan(chunk);
      buffer.copyWithin(0, whole, filled);
      pending = filled - whole;
      if (ended) break;
    }
  } catch (cause) {
    throw unreadable(cause, path);
  } finally {
    await handle.close();
  }
  if (dialect === null || scanner === null) throw new WorkbenchError('internal', 'The file was not scanned');
  const records = scanner.finish();
  if (records === 0) {
    throw new WorkbenchError('data/empty', 'The file has a header but no rows', { where: name });
  }
  return {
    path,
    name,
    dialect,
    size,
    modified: facts.modified,
    records,
    blankLines: scanner.blankLines,
    leadingBlankLines: scanner.leadingBlankLines,
    explain: async () => {
      await scanFile(path, { ...options, cells: true });
    },
  };
}

/** Size and time of change of a file; throws where it is missing, a folder or not to be read. */
export async function statFile(path: string): Promise<{ size: number; modified: string }> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw unreadable(cause, path);
  });
  if (facts.isDirectory()) {
    throw new WorkbenchError('data/unreadable', 'This is a folder, not a file', {
      where: path,
      hint: 'Name one file.',
    });
  }
  if (!facts.isFile()) {
    throw new WorkbenchError('data/unreadable', 'This is not an ordinary file', { where: path });
  }
  return { size: facts.size, modified: facts.mtime.toISOString() };
}

export function unreadable(cause: unknown, path: string): WorkbenchError {
  if (cause instanceof WorkbenchError) return cause;
  const code = errorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new WorkbenchError('data/missing-file', 'There is no such file', {
      where: path,
      hint: 'Check the folder and the spelling.',
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new WorkbenchError('data/unreadable', 'The file may not be read', {
      where: path,
      hint: 'Change its permissions.',
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WorkbenchError('data/unreadable', `The file cannot be read: ${reason}`, { where: path, cause });
}

function tooWide(columns: number, name: string): WorkbenchError {
  return new WorkbenchError(
    'data/too-wide',
    `The file has ${columns} columns; at most ${maximumColumns} are read`,
    { where: name, hint: 'Leave out the columns that the model does not need.', data: { columns } },
  );
}

function refuseBinary(chunk: Uint8Array, name: string): void {
  if (!chunk.subarray(0, 65_536).includes(0)) return;
  throw new WorkbenchError('data/not-text', 'This is not a text file: it holds binary data', {
    where: name,
    hint: 'Export the table as CSV and import that.',
  });
}

/** @param linesBefore complete lines before the chunk. */
function requireUtf8(chunk: Uint8Array, name: string, linesBefore: number): void {
  if (isUtf8(chunk)) return;
  let valid = 0;
  let invalid = chunk.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isUtf8(chunk.subarray(0, lastCharacterEnd(chunk, middle)))) valid = middle;
    else invalid = middle;
  }
  valid = lastCharacterEnd(chunk, valid);
  let line = linesBefore + 1;
  for (let i = 0; i < valid; i++) if (chunk[i] === 0x0a) line++;
  const byte = `0x${(chunk[valid] ?? 0).toString(16)}`;
  throw new WorkbenchError(
    'data/not-text',
    `The file is not UTF-8 text: line ${line} holds the byte ${byte} of another encoding, such as Windows-1252 or GB18030`,
    {
      where: `${name}, line ${line}`,
      hint: 'Set data.source.encoding, or save it as UTF-8 (in a spreadsheet: "CSV UTF-8").',
      data: { line, encoding: 'unknown' },
    },
  );
}

/** Where the last complete UTF-8 character before `end` ends. */
function lastCharacterEnd(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= Math.min(3, end); back++) {
    const byte = bytes[end - back] as number;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? end - back : end;
    }
  }
  return end;
}
