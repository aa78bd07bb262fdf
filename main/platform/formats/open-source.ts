import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { SourceConfig } from '../../../engine/contract/source.ts';
import { requireGoing } from '../tables/canceled.ts';
import { unreadable } from '../tables/scan-file.ts';
import { type Packing, unpack } from './archive.ts';
import type { ReadContext, SourcePart } from './format-reader.ts';

/** Files of a folder that are read at most, and how deep. */
const maximumFiles = 200_000;
const deepestFolder = 8;

/** Something to import: one file, or a folder or archive of several. */
export interface OpenedSource {
  /** What messages call it. */
  readonly name: string;
  readonly parts: readonly SourcePart[];
  /** Whether it is a folder or an archive of several files, so that each is a series or a document. */
  readonly several: boolean;
  readonly packing: readonly Packing[];
  readonly entries: readonly string[];
  readonly format: 'excel' | 'numpy' | null;
}

/** What tells one state of a source from another. */
export interface SourceFacts {
  /** Bytes in all. */
  readonly size: number;
  /** ISO 8601 time of the last change of any file. */
  readonly modified: string;
  readonly folder: boolean;
  readonly files: readonly string[];
}

/** Looks at a file or a folder without reading it. @throws data/missing-file, data/unreadable, data/empty. */
export async function statSource(path: string): Promise<SourceFacts> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw unreadable(cause, path);
  });
  if (facts.isFile()) {
    return { size: facts.size, modified: facts.mtime.toISOString(), folder: false, files: [path] };
  }
  if (!facts.isDirectory()) {
    throw new WorkbenchError('data/unreadable', 'This is not an ordinary file', { where: path });
  }
  const files = await listFiles(path, 0);
  if (files.length === 0)
    throw new WorkbenchError('data/empty', 'The folder holds no files', { where: path });
  let size = 0;
  let modified = 0;
  for (const file of files) {
    const { size: bytes, mtimeMs } = await stat(file);
    size += bytes;
    modified = Math.max(modified, mtimeMs);
  }
  return { size, modified: new Date(modified).toISOString(), folder: true, files };
}

/** Files in the order of their names, numbers in names counted as numbers; hidden ones left out. */
async function listFiles(folder: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(cause, folder);
  });
  const order = new Intl.Collator('en', { numeric: true });
  for (const entry of entries.sort((a, b) => order.compare(a.name, b.name))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < deepestFolder) found.push(...(await listFiles(path, depth + 1)));
    } else if (entry.isFile()) found.push(path);
    if (found.length > maximumFiles) {
      throw new WorkbenchError('data/too-large', `The folder holds more than ${maximumFiles} files`, {
        where: folder,
      });
    }
  }
  return found;
}

/** SHA-256 of a source: of a file its bytes; of a folder the names and the hashes of its files. */
export async function hashSource(
  path: string,
  facts: SourceFacts,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
  },
): Promise<string> {
  const whole = createHash('sha256');
  let done = 0;
  for (const file of facts.files) {
    const hash = facts.folder ? createHash('sha256') : whole;
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
        requireGoing(options.signal, basename(path));
        hash.update(chunk);
        done += chunk.length;
        options.onBytes?.(done);
      }
    } catch (cause) {
      throw unreadable(cause, file);
    }
    if (facts.folder) whole.update(`${relative(path, file)}\0${hash.digest('hex')}\n`);
  }
  return whole.digest('hex');
}

/** Opens a source, unpacking archives; files made on the way are gone when the action is over. */
export async function withSource<Value>(
  path: string,
  facts: SourceFacts,
  config: SourceConfig,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
  },
  action: (source: OpenedSource, context: ReadContext) => Promise<Value>,
): Promise<Value> {
  let folder: string | null = null;
  let count = 0;
  const context: ReadContext = {
    signal: options.signal,
    onBytes: options.onBytes,
    scratch: async (name) => {
      folder ??= await mkdtemp(join(tmpdir(), 'gru-import-'));
      return join(folder, `${count++}-${name}`);
    },
  };
  try {
    const name = basename(path);
    if (!facts.folder) {
      const unpacked = await unpack({ path, name, folder: '' }, config, context);
      return await action({ ...unpacked, name, several: unpacked.parts.length > 1 }, context);
    }
    const parts: SourcePart[] = [];
    for (const file of facts.files) {
      const inside = relative(path, file).split(sep).join('/');
      const below = dirname(inside) === '.' ? '' : dirname(inside);
      const unpacked = await unpack({ path: file, name: inside, folder: below }, config, context);
      parts.push(...unpacked.parts);
    }
    return await action(
      {
        name,
        parts,
        several: true,
        packing: [],
        entries: facts.files.map((file) => relative(path, file)),
        format: null,
      },
      context,
    );
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}
