import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { Heartbeat } from './heartbeat.ts';
import { createWireServer } from '../wire/wires.ts';
import type { WorkbenchRouter } from '../services/workbench/router.ts';

/** Bytes of one message: a configuration has at most two million characters. */
const messageLimit = 8 * 2 ** 20;

/** Closing code of RFC 6455 for data that are not what they should be. */
const malformed = 1007;

/** The contract over web sockets. */
export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: messageLimit });
  readonly #wire: ReturnType<typeof createWireServer>;
  readonly #heartbeat = new Heartbeat(this.#server);

  constructor(router: WorkbenchRouter) {
    this.#wire = createWireServer(router);
  }

  /** Takes over a connection that was allowed. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#serve(socket));
  }

  close(): void {
    this.#heartbeat.close();
  }

  #serve(socket: WebSocket): void {
    this.#heartbeat.watch(socket);
    this.#wire.serve({
      send: (message) => {
        if (socket.readyState === socket.OPEN) socket.send(message);
      },
      onMessage: (listener) => {
        socket.on('message', (data, binary) => listener(binary ? null : asText(data)));
      },
      onClose: (listener) => {
        socket.on('close', listener);
      },
      refuse: (reason) => socket.close(malformed, reason),
    });
  }
}

function asText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as ArrayBuffer).toString('utf8');
}
