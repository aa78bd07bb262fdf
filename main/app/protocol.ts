import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { contentSecurityPolicy, contentType, pageFile } from '../wire/page.ts';

/** Where the page lives: a scheme of its own, as file: pages may read the disk. */
export const pageOrigin = 'app://workbench';
const scheme = 'app';

/** To be called before the program is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the files of the built page, and nothing that lies elsewhere. */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(scheme, async (request) => {
    const wanted = request.method === 'GET' && isOwnPage(request.url) ? new URL(request.url).pathname : null;
    const file = wanted === null ? null : await pageFile(folder, wanted);
    if (file === null) return new Response('There is nothing here.', { status: 404 });
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'Content-Type': contentType(file),
        'Content-Security-Policy': contentSecurityPolicy,
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Opener-Policy': 'same-origin',
      },
    });
  });
}

/** Whether an address is of the program's own page. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol: addressScheme, host } = new URL(address);
  return `${addressScheme}//${host}` === pageOrigin;
}
