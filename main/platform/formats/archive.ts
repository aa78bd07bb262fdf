import { createReadStream, createWriteStream } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import {
  findZipDirectory,
  readZipDirectory,
  requireHonest,
  type ZipEntry,
  zipTailBytes,
} from '../../../engine/data/formats/zip-directory.ts';
import { statFile } from '../tables/scan-file.ts';
import { beginsWith } from './begins-with.ts';
import type { ReadContext, SourcePart } from './format-reader.ts';
import { readHead, readRange } from './read-bytes.ts';

export type Packing = 'gzip' | 'zip';

/** Archives within archives, as of `table.csv.gz` in a zip, are followed this far. */
const deepest = 2;

/** How a file is packed; null for a file that is no archive. Workbooks and .npz files are formats, not archives. */
async function packingOf(part: SourcePart): Promise<Packing | null> {
  const head = await readHead(part.path, 4);
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (!beginsWith(head, 'PK\x03\x04') && !beginsWith(head, 'PK\x05\x06')) return null;
  return 'zip';
}

/** Whether a zip archive is a file of a format of its own. */
export type ZipFormat = 'excel' | 'numpy';

export interface Unpacked {
  readonly parts: readonly SourcePart[];
  /** How the source was packed, outermost first. */
  readonly packing: readonly Packing[];
  /** Files of a zip archive, for a person to choose from. */
  readonly entries: readonly string[];
  /** Set where the file is a zip archive that one reader takes as a whole. */
  readonly format: ZipFormat | null;
}

/** The plain files in a file: itself, or what is packed in it. */
export async function unpack(
  part: SourcePart,
  config: SourceConfig,
  context: ReadContext,
  depth = 0,
): Promise<Unpacked> {
  const packing = await packingOf(part);
  if (packing === null) return { parts: [part], packing: [], entries: [], format: null };
  if (depth >= deepest) {
    throw new WorkbenchError('data/unsafe-archive', 'There are archives within archives within archives', {
      where: part.name,
      hint: 'Unpack it yourself and import the file.',
    });
  }
  if (packing === 'gzip') {
    const path = await context.scratch('unpacked');
    await unpackStream(createReadStream(part.path), createGunzip(), path, part, context);
    const inner = { ...part, path, name: part.name.replace(/\.(gz|gzip)$/i, '') || part.name };
    const inside = await unpack(inner, config, context, depth + 1);
    return { ...inside, packing: ['gzip', ...inside.packing] };
  }
  const entries = await listEntries(part);
  const format = zipFormat(entries);
  if (format !== null) return { parts: [part], packing: [], entries: [], format };
  const names = entries.map(({ name }) => name);
  const wanted = config.entry === null ? entries : entries.filter(({ name }) => name === config.entry);
  if (wanted.length === 0) {
    throw new WorkbenchError(
      entries.length === 0 ? 'data/empty' : 'data/unknown-column',
      entries.length === 0
        ? 'The archive holds no files'
        : `There is no file "${config.entry ?? ''}" in the archive`,
      {
        where: part.name,
        ...(entries.length === 0
          ? {}
          : {
              hint: `It holds ${names
                .slice(0, 8)
                .map((name) => `"${name}"`)
                .join(', ')}.`,
            }),
      },
    );
  }
  const parts: SourcePart[] = [];
  for (const entry of wanted) {
    const path = await context.scratch('unpacked');
    await unpackEntryTo(part, entry, path, context);
    const folder = dirname(entry.name) === '.' ? '' : dirname(entry.name);
    const name = wanted.length === 1 ? basename(entry.name) : entry.name;
    const inside = await unpack({ path, name, folder }, { ...config, entry: null }, context, depth + 1);
    parts.push(...inside.parts);
  }
  return { parts, packing: ['zip'], entries: names, format: null };
}

async function listEntries(part: SourcePart): Promise<ZipEntry[]> {
  const { size } = await statFile(part.path);
  const start = Math.max(0, size - zipTailBytes);
  const tail = await readRange(part.path, start, size - start);
  const place = findZipDirectory(tail, start, part.name);
  if (place.size > 256 * 2 ** 20) {
    throw new WorkbenchError('data/unsafe-archive', 'The directory of the archive is too large', {
      where: part.name,
    });
  }
  return readZipDirectory(await readRange(part.path, place.offset, place.size), size, part.name);
}

function zipFormat(entries: readonly ZipEntry[]): ZipFormat | null {
  if (entries.some(({ name }) => name === 'xl/workbook.xml')) return 'excel';
  return entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy')) ? 'numpy' : null;
}

async function unpackEntryTo(
  part: SourcePart,
  entry: ZipEntry,
  path: string,
  context: ReadContext,
): Promise<void> {
  const header = await readRange(part.path, entry.offset, 30);
  if (header.length < 30 || !beginsWith(header, 'PK\x03\x04')) throw damaged(part.name);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const start = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const end = start + entry.packedSize - 1;
  if (entry.packedSize === 0) {
    await pipeline([], createWriteStream(path));
    return;
  }
  const packed = createReadStream(part.path, { start, end });
  const method = entry.method === 0 ? null : createInflateRaw();
  await unpackStream(packed, method, path, { ...part, name: `${part.name}, ${entry.name}` }, context, entry);
}

/** Unpacks into a file, and stops where it grows beyond what an honest archive holds. */
async function unpackStream(
  packed: NodeJS.ReadableStream,
  method: Transform | null,
  path: string,
  part: SourcePart,
  { signal, onBytes }: ReadContext,
  entry: ZipEntry | null = null,
): Promise<void> {
  const { size } = await statFile(part.path);
  let read = 0;
  let written = 0;
  const counter = new Transform({
    transform(chunk: Uint8Array, _, done) {
      written += chunk.length;
      try {
        requireHonest(written, Math.max(entry?.packedSize ?? size, 1), part.name);
        if (entry !== null && written > entry.size) throw damaged(part.name);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  packed.on('data', (chunk: Uint8Array | string) => {
    read += chunk.length;
    onBytes?.(read);
  });
  const steps = [packed, ...(method === null ? [] : [method]), counter, createWriteStream(path)];
  try {
    await pipeline(steps, signal === undefined ? {} : { signal });
  } catch (cause) {
    if (cause instanceof WorkbenchError) throw cause;
    if (signal?.aborted === true) {
      throw new WorkbenchError('data/canceled', 'The import was stopped', {
        where: part.name,
        hint: 'Nothing was changed.',
      });
    }
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOSPC') throw cause;
    throw damaged(part.name, cause);
  }
  if (entry !== null && written !== entry.size) throw damaged(part.name);
}

function damaged(where: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError('data/unreadable', 'The archive is damaged', {
    where,
    hint: 'Make or download it again.',
    cause,
  });
}
