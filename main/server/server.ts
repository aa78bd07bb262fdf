import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { describeError, WorkbenchError } from '../../engine/base/errors.ts';
import { gpuSocketPath, webSocketPath } from '../../engine/contract/rpc/wire.ts';
import { createRouter } from '../services/workbench/router.ts';
import type { Workbench } from '../services/workbench/workbench.ts';
import { Access } from './access.ts';
import type { BrowserGpu } from './browser-gpu.ts';
import { Sockets } from './sockets.ts';
import { pageFile } from '../wire/page.ts';
import { securityHeaders, sendPageFile } from './static-files.ts';
import { sendArchive } from './send-archive.ts';
import { BodyTooLarge, receiveFile, sendFile } from './transfers.ts';

/** Where files are put and fetched. */
export const transferPaths = { upload: '/upload', download: '/download' } as const;

export interface ServerOptions {
  readonly workbench: Workbench;
  /** Folder of the built page. */
  readonly page: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Folder that files are put into. */
  readonly uploads: string;
  /** Bytes of the largest file that may be put. */
  readonly uploadLimit: number;
  /** Where browsers offer their graphics card; left out where none is wanted. */
  readonly browserGpu?: BrowserGpu;
  /** The token of this launch; a random one by default. */
  readonly token?: string;
}

export interface RunningServer {
  readonly port: number;
  readonly token: string;
  /** What a person opens; it holds the token. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the workbench to browsers of this machine. Throws `usage/invalid` when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const access = new Access(options.token);
  const sockets = new Sockets(createRouter(options.workbench));
  const server = createServer((request, response) => {
    serve(options, access, request, response).catch((error: unknown) => answerError(response, error));
  });
  // Slow and hanging requests hold nothing up.
  server.requestTimeout = 0;
  server.headersTimeout = 20_000;
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const place = {
      [webSocketPath]: sockets,
      [gpuSocketPath]: options.browserGpu,
    }[pathOf(request)];
    const refusal =
      place === undefined
        ? { status: 404 as const, reason: 'There is nothing here.' }
        : access.refuse(request);
    if (refusal === null) return place?.accept(request, stream, head);
    stream.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\n\r\n${refusal.reason}`);
  });
  await listen(server, options.port);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    token: access.token,
    address: `http://127.0.0.1:${port}/?token=${access.token}`,
    close: async () => {
      sockets.close();
      options.browserGpu?.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  options: ServerOptions,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = access.refuse(request);
  if (refusal !== null) return answer(response, refusal.status, refusal.reason);
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === transferPaths.upload) return upload(options, url, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(response, 405, 'This is not possible here.');
  }
  if (url.pathname === transferPaths.download) return download(options, url, response);
  const file = await pageFile(options.page, url.pathname);
  if (url.pathname === '/') response.setHeader('Set-Cookie', access.setCookie);
  if (file !== null) return sendPageFile(response, file);
  if (url.pathname === '/') return answer(response, 503, 'The window is not built yet. Run: npm run build');
  return answer(response, 404, 'There is nothing here.');
}

async function upload(
  { uploads, uploadLimit }: ServerOptions,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return answer(response, 405, 'Files are put by POST.');
  const name = url.searchParams.get('name') ?? '';
  const path = await receiveFile(request, name, uploads, uploadLimit);
  response.writeHead(200, { ...securityHeaders, 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ path }));
}

/** One file as it is, several as an archive; only what lies in a project that is open. */
async function download({ workbench }: ServerOptions, url: URL, response: ServerResponse): Promise<void> {
  const [only = '', ...others] = url.searchParams.getAll('path');
  const path = await openedPath(workbench, only);
  if (others.length === 0) return sendFile(response, path);
  const more = await Promise.all(others.map((other) => openedPath(workbench, other)));
  return sendArchive(response, [path, ...more]);
}

async function openedPath(workbench: Workbench, wanted: string): Promise<string> {
  const path = await workbench.options.guard.require(wanted);
  if (workbench.projects.some(({ folder }) => path.startsWith(join(folder, sep)))) return path;
  throw new WorkbenchError('access/refused', 'This file lies in no open project', {
    where: wanted,
    hint: 'Open its project first.',
  });
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://localhost').pathname;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof BodyTooLarge) {
    response.setHeader('Connection', 'close');
    answer(response, 413, 'The file is larger than this server takes.');
  } else {
    answer(response, statusOf(error), describeError(error));
  }
}

function statusOf(error: unknown): 400 | 403 | 500 {
  if (!(error instanceof WorkbenchError) || error.code === 'internal') return 500;
  return error.code === 'access/refused' ? 403 : 400;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
      reject(
        taken
          ? new WorkbenchError('usage/invalid', `Port ${port} cannot be used`, {
              where: '--port',
              hint: 'Choose another one, or leave it out for any that is free.',
              cause,
            })
          : cause,
      );
    });
    server.listen({ host: '127.0.0.1', port }, () => resolve());
  });
}
