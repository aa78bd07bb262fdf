import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is refused: the status it is answered with and a sentence. */
export interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly reason: string;
}

/**
 * Who may use the server: whoever has the token of this launch, from a page of this server. The checks of Host and
 * Origin keep out pages of other sites, also when their name is made to point at this machine (DNS rebinding).
 */
export class Access {
  readonly token: string;
  /** Name of the cookie; another one for every launch, as cookies do not tell ports apart. */
  readonly #cookie: string;

  constructor(token: string = randomBytes(24).toString('base64url')) {
    this.token = token;
    this.#cookie = `gru-${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
  }

  /** null when the request may be served. */
  refuse(request: IncomingMessage): Refusal | null {
    const host = request.headers.host ?? '';
    if (!isLoopback(host)) {
      return { status: 403, reason: 'This server answers to 127.0.0.1 and localhost only.' };
    }
    const { origin } = request.headers;
    const needed = request.method !== 'GET' || request.headers.upgrade !== undefined;
    if (origin === undefined ? needed && isBrowser(request) : origin !== `http://${host}`) {
      return { status: 403, reason: 'Requests from other pages are refused.' };
    }
    const site = request.headers['sec-fetch-site'];
    if (needed && site !== undefined && site !== 'same-origin' && site !== 'none') {
      return { status: 403, reason: 'Requests from other pages are refused.' };
    }
    if (!this.#hasToken(request)) {
      return { status: 401, reason: 'Open the address that was printed when the server was started.' };
    }
    return null;
  }

  /** A header that keeps the token for the files and calls of the page, out of reach of its scripts. */
  get setCookie(): string {
    return `${this.#cookie}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #hasToken(request: IncomingMessage): boolean {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const cookies = (request.headers.cookie ?? '').split(/; */);
    const cookie = cookies.find((text) => text.startsWith(`${this.#cookie}=`));
    const given = [url.searchParams.get('token'), bearer, cookie?.slice(this.#cookie.length + 1)];
    return given.some((token) => typeof token === 'string' && this.#isToken(token));
  }

  /** Compared in a time that tells nothing. */
  #isToken(given: string): boolean {
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(this.token));
  }
}

/** Through a tunnel the port may be another one, but never the name. */
function isLoopback(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** Browsers say where a request that changes something comes from; programs need not. */
function isBrowser(request: IncomingMessage): boolean {
  return request.headers['sec-fetch-site'] !== undefined || request.headers.cookie !== undefined;
}
