import { packMessage, unpackMessage } from '../../engine/backends/remote/packed.ts';
import type { BackendPort } from '../../engine/backends/remote/protocol.ts';
import { serveGpu } from './serve.ts';

/**
 * A thread of a page in web mode that offers this browser's graphics card to the server. It is told the address of the
 * socket, connects again after it was lost, and says `offered` whenever the server has heard of it.
 */
const firstDelay = 500;
const longestDelay = 10_000;

self.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (typeof event.data === 'string') offer(event.data, firstDelay);
});

function offer(address: string, delay: number): void {
  const socket = new WebSocket(address);
  let next = Math.min(longestDelay, 2 * delay);
  socket.addEventListener('open', () => {
    next = firstDelay;
    self.postMessage('offered');
  });
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    const wanted = new URL(address);
    wanted.searchParams.set('id', String(event.data));
    void connect(wanted);
  });
  socket.addEventListener('close', () => setTimeout(() => offer(address, next), delay));
}

/** A backend for whoever asked: it lives as long as its socket. */
async function connect(address: URL): Promise<void> {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  await new Promise((resolve) => {
    socket.addEventListener('open', resolve);
  });
  await serveGpu(socketPort(socket), 'in the browser');
}

/** A web socket as the remote backend's protocol wants it. */
function socketPort(socket: WebSocket): BackendPort {
  return {
    post: (message) => {
      if (typeof message === 'object' && message !== null && socket.readyState === WebSocket.OPEN) {
        socket.send(packMessage(message));
      }
    },
    onMessage: (handler) => {
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (event.data instanceof ArrayBuffer) handler(unpackMessage(new Uint8Array(event.data)));
      });
    },
    onClose: (handler) => {
      socket.addEventListener('close', () => handler('the server closed its connection'));
    },
    close: () => socket.close(),
  };
}
