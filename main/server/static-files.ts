import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { contentSecurityPolicy, contentType } from '../wire/page.ts';

/** Headers of everything the server answers. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};

/** Sends a file of the page. Names of built files hold a hash of their content, so that browsers may keep them. */
export async function sendPageFile(response: ServerResponse, file: string): Promise<void> {
  const hashed = /-[\w-]{8,}\.\w+$/.test(file);
  response.writeHead(200, {
    ...securityHeaders,
    'Content-Type': contentType(file),
    'Cache-Control': hashed ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  await pipeline(createReadStream(file), response);
}
