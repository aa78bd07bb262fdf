import type { WebSocket, WebSocketServer } from 'ws';

/** Between two questions whether the other end is still there, in milliseconds. */
const interval = 30_000;

/** Ends connections whose other end does not answer any more: a machine that sleeps, a network that is gone. */
export class Heartbeat {
  readonly #server: WebSocketServer;
  readonly #alive = new WeakSet<WebSocket>();
  readonly #pulse: NodeJS.Timeout;

  constructor(server: WebSocketServer) {
    this.#server = server;
    this.#pulse = setInterval(() => this.#beat(), interval);
    this.#pulse.unref();
  }

  watch(socket: WebSocket): void {
    this.#alive.add(socket);
    socket.on('pong', () => this.#alive.add(socket));
    // A broken connection closes by itself.
    socket.on('error', () => socket.terminate());
  }

  /** Ends all connections, and takes no more. */
  close(): void {
    clearInterval(this.#pulse);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #beat(): void {
    for (const socket of this.#server.clients) {
      if (!this.#alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }
}
