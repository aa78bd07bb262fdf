import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { ServedModel } from '../services/models/served-model.ts';
import { modelDocument } from './model-api.ts';

/** Rows of one request at most, and bytes of its body. */
const mostRows = 100_000;
const bodyLimit = 32 * 2 ** 20;

const requestSchema = z.object({
  rows: z
    .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
    .min(1)
    .max(mostRows),
});

export interface ModelServerOptions {
  readonly model: ServedModel;
  /** 0 for any that is free. */
  readonly port: number;
  readonly version: string;
}

export interface RunningModelServer {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Answers other programs of this machine: POST /predict, GET /openapi.json, GET /health. It listens on 127.0.0.1 only
 * and refuses pages of other sites, which a browser would let send requests here.
 */
export async function startModelServer(options: ModelServerOptions): Promise<RunningModelServer> {
  const { model } = options;
  const document = JSON.stringify(modelDocument(model, options.version));
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => sendError(response, error));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(request);
    if (refusal !== null) return sendError(response, refusal, 403);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/predict' && request.method === 'POST') {
      const { rows } = parse(await readBody(request));
      const { predictions, warnings } = await model.predict(rows);
      return send(response, 200, JSON.stringify({ run: model.run.record.id, predictions, warnings }));
    }
    if (request.method === 'GET' && path === '/health') return send(response, 200, '{"status":"ready"}');
    if (request.method === 'GET' && (path === '/openapi.json' || path === '/')) {
      return send(response, 200, document);
    }
    const known = path === '/predict' || path === '/health' || path === '/openapi.json';
    const message = known ? `${path} does not take ${request.method}` : `There is nothing at ${path}`;
    sendError(response, usage(message, 'GET /openapi.json says what there is.'), known ? 405 : 404);
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? usage(`The port ${options.port} is taken`, 'Choose another with --port.')
          : error,
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    address: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await model.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refusalOf({ headers }: IncomingMessage): WorkbenchError | null {
  const host = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
  const site = headers['sec-fetch-site'];
  const foreign =
    (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (host && !foreign) return null;
  return usage('Requests from other sites are refused', 'Send requests from a program on this machine.');
}

function parse(body: string): z.infer<typeof requestSchema> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new WorkbenchError('usage/invalid', 'The request is not JSON', {
      hint: 'Send {"rows": [{"column": value, ...}, ...]}.',
      cause,
    });
  }
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WorkbenchError('usage/invalid', `The request has another form: ${issue?.message ?? ''}`, {
    where: issue?.path.join('.') ?? '',
    hint: 'Send {"rows": [{"column": value, ...}, ...]}.',
  });
}

class TooLarge extends Error {}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function usage(message: string, hint: string): WorkbenchError {
  return new WorkbenchError('usage/invalid', message, { hint });
}

function sendError(response: ServerResponse, error: unknown, status?: number): void {
  if (error instanceof TooLarge) {
    const large = usage('The request is larger than 32 MB', 'Send fewer rows at a time.');
    response.setHeader('connection', 'close');
    sendError(response, large, 413);
    return;
  }
  const known = error instanceof WorkbenchError ? error : null;
  const code = known?.code ?? 'internal';
  const usual =
    code === 'usage/invalid' ? 400 : code.startsWith('data/') || code.startsWith('config/') ? 422 : 500;
  send(
    response,
    status ?? usual,
    JSON.stringify({
      code,
      message: known?.message ?? 'Something unexpected happened',
      where: known?.where ?? null,
      hint: known?.hint ?? null,
    }),
  );
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent) return;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(body);
}
