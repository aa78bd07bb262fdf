import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, dirname, relative, sep } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';
import { securityHeaders } from './static-files.ts';
import { requireFile } from './transfers.ts';

/** The innermost folder that holds all of some files. */
function commonFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  let folder = dirname(first);
  while (!paths.every((path) => path.startsWith(`${folder}${sep}`))) {
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return folder;
}

/**
 * Sends files as one ZIP archive, in the folders they lie in below the one they share. Nothing is held but a piece of
 * one file: a reader that is slow slows the reading down. Throws `usage/invalid` for what is no file.
 */
export async function sendArchive(response: ServerResponse, paths: readonly string[]): Promise<void> {
  const folder = commonFolder(paths);
  // Once the answer has begun, nothing can be refused.
  for (const path of paths) await requireFile(path);
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Type': 'application/zip',
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(folder))}.zip`,
    'Cache-Control': 'no-store',
  });
  const archive = new Zip((error, bytes) => {
    if (error !== null) response.destroy(error);
    else response.write(bytes);
  });
  for (const path of paths) {
    const entry = new ZipDeflate(relative(folder, path).split(sep).join('/'), { level: 1 });
    archive.add(entry);
    for await (const piece of createReadStream(path)) {
      entry.push(new Uint8Array(piece));
      if (response.destroyed) return;
      if (response.writableNeedDrain) await drained(response);
    }
    entry.push(new Uint8Array(0), true);
  }
  archive.end();
  response.end();
}

/** Waits until more can be written, or nobody reads any more. */
async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  over.abort();
}
