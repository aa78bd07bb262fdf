import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { packMessage, unpackMessage } from '../../engine/backends/remote/packed.ts';
import { serveBackend } from '../../engine/backends/remote/serve.ts';
import { selfTest } from '../../engine/backends/selftest.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { startBrowserGpu } from '../../main/server/browser-gpu.ts';
import { type Bench, openBench } from './wires.ts';

/** A browser that offers its graphics card, as the server sees it. */
let bench: Bench;
const sockets: WebSocket[] = [];
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await bench.close();
});

async function connect(query = ''): Promise<WebSocket> {
  const { port, token } = bench.server;
  const address = `ws://127.0.0.1:${port}/gpu?token=${token}${query}`;
  const socket = new WebSocket(address, { origin: `http://127.0.0.1:${port}` });
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

/** Offers, and does something with the socket of every backend that is asked for. */
async function offer(answer: (socket: WebSocket) => void): Promise<WebSocket> {
  const socket = await connect();
  socket.on('message', (id) => void connect(`&id=${String(id)}`).then(answer));
  await vi.waitFor(() => expect(bench.browserGpu.open).not.toBeNull());
  return socket;
}

async function withdraw(socket: WebSocket): Promise<void> {
  socket.close();
  await vi.waitFor(() => expect(bench.browserGpu.open).toBeNull());
}

describe('the graphics card of a browser', () => {
  it('is there while a browser offers it', async () => {
    expect(bench.browserGpu.open).toBeNull();
    const first = await offer(() => undefined);
    const second = await connect();
    first.close();
    await once(first, 'close');
    expect(bench.browserGpu.open).not.toBeNull();
    await withdraw(second);
  });

  it('computes over a socket for every backend', async () => {
    const browser = await offer((socket) => {
      socket.binaryType = 'arraybuffer';
      serveBackend(
        {
          post: (message) => socket.send(packMessage(message as object)),
          onMessage: (handler) => {
            socket.on('message', (data) => handler(unpackMessage(new Uint8Array(data as ArrayBuffer))));
          },
          onClose: (handler) => {
            socket.on('close', () => handler('closed'));
          },
          close: () => socket.close(),
        },
        createReferenceBackend(),
      );
    });
    const [one, two] = await Promise.all([
      startBrowserGpu(bench.browserGpu),
      startBrowserGpu(bench.browserGpu),
    ]);
    for (const backend of [one, two]) {
      if ('reason' in backend) throw new Error(backend.reason);
      expect(backend.info.name).toBe('reference');
      expect(await selfTest(backend)).toBe(true);
      backend.dispose();
    }
    await withdraw(browser);
  });

  it.each<[string, (socket: WebSocket) => void]>([
    ['closes', (socket) => socket.close()],
    ['sends text', (socket) => socket.send('hello')],
    ['sends bytes of another kind', (socket) => socket.send(Buffer.alloc(100, 7))],
    ['sends an answer that is none', (socket) => socket.send(packMessage({ kind: 'ready', info: 5 }))],
  ])('is refused, with a reason, when the browser %s', async (_, misbehave) => {
    const browser = await offer(misbehave);
    const started = startBrowserGpu(bench.browserGpu).then(
      (made) => ('reason' in made ? made.reason : 'made'),
      (error: unknown) => (error instanceof Error ? error.message : 'thrown'),
    );
    expect(await started).toMatch(/GPU page is gone/);
    await withdraw(browser);
  });

  it('is refused when the browser goes before it answers, and takes no socket that was not asked for', async () => {
    const browser = await connect();
    await vi.waitFor(() => expect(bench.browserGpu.open).not.toBeNull());
    const started = startBrowserGpu(bench.browserGpu);
    await once(browser, 'message');
    browser.close();
    expect(await started).toEqual({ reason: 'the browser closed its connection' });
    const stranger = await connect('&id=77');
    await once(stranger, 'close');
  });
});
