import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, extname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { fileError } from '../../engine/store/file-system.ts';
import { securityHeaders } from './static-files.ts';

/** The body is longer than the server takes. */
export class BodyTooLarge extends Error {}

/**
 * Puts the body of a request into a folder, under its own name as far as that is free. The file is there whole or not at
 * all. Resolves to its path.
 */
export async function receiveFile(
  request: IncomingMessage,
  name: string,
  folder: string,
  limit: number,
): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge();
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomBytes(9).toString('base64url')}.tmp`);
  let received = 0;
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      received += chunk.length;
      if (received > limit) done(new BodyTooLarge());
      else done(null, chunk);
    },
  });
  try {
    await pipeline(request, counter, createWriteStream(temporary, { flags: 'wx' }));
    const file = await freeName(folder, name);
    await rename(temporary, file);
    return file;
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof BodyTooLarge) throw error;
    throw fileError(error, 'write', folder);
  }
}

/** A name without folders and without what file systems mind, with a number where it is taken. */
async function freeName(folder: string, name: string): Promise<string> {
  const plain = basename(name.replaceAll('\\', '/'))
    .normalize('NFC')
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(-120);
  const safe = plain === '' ? 'file' : plain;
  const ending = extname(safe);
  const stem = safe.slice(0, safe.length - ending.length);
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? safe : `${stem} ${number}${ending}`);
    const taken = await stat(path).then(
      () => true,
      () => false,
    );
    if (!taken) return path;
  }
}

/** What is known of a file that is to be sent. Throws `usage/invalid` for what is no file. */
export async function requireFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(error, 'read', path);
  });
  if (!found.isFile()) {
    throw new WorkbenchError('usage/invalid', 'This is not a file', {
      where: path,
      hint: 'Fetch the files one by one.',
    });
  }
  return found;
}

/** Sends a file to be saved by the browser. Throws `usage/invalid` for what is no file. */
export async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const found = await requireFile(path);
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Type': 'application/octet-stream',
    'Content-Length': found.size,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
    'Cache-Control': 'no-store',
  });
  await pipeline(createReadStream(path), response);
}
