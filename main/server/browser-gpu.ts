import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Heartbeat } from './heartbeat.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import { packMessage, unpackMessage } from '../../engine/backends/remote/packed.ts';
import { GpuDoor } from '../hosts/gpu-door.ts';
import { startWebGpu } from '../platform/webgpu/open.ts';
import { type OpenPagePort, startPageGpu } from '../platform/webgpu/page-gpu.ts';
import type { EventPort } from '../wire/port-endpoint.ts';

/** Bytes of one message: values come in pieces of 4 MB, a plan is smaller. */
const messageLimit = 16 * 2 ** 20;
/** Time that the browser has to connect for a backend, in milliseconds. */
const patience = 20_000;

/**
 * The graphics card of a browser that looks at this server. Its page offers it over one web socket; for every backend it
 * is asked there, by a number, to open another one, whose query holds that number.
 */
export class BrowserGpu {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: messageLimit });
  readonly #door = new GpuDoor((id) => this.#ask(id));
  readonly #heartbeat = new Heartbeat(this.#server);
  /** Browsers that offer theirs; the last one is asked. */
  readonly #offers: WebSocket[] = [];
  readonly #asked = new Map<number, NodeJS.Timeout>();

  /** How its card is reached; null where no browser offers one. */
  get open(): OpenPagePort | null {
    return this.#offers.length === 0 ? null : this.#door.open;
  }

  /** Takes over a connection that was allowed. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const id = new URL(request.url ?? '/', 'http://localhost').searchParams.get('id');
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      this.#heartbeat.watch(socket);
      if (id === null) this.#take(socket);
      else this.#give(Number(id), socket);
    });
  }

  close(): void {
    for (const timer of this.#asked.values()) clearTimeout(timer);
    this.#heartbeat.close();
  }

  #take(socket: WebSocket): void {
    this.#offers.push(socket);
    socket.on('close', () => {
      this.#offers.splice(this.#offers.indexOf(socket), 1);
      if (this.#offers.length > 0) return;
      for (const id of [...this.#asked.keys()]) this.#refuse(id, 'the browser closed its connection');
    });
  }

  #ask(id: number): void {
    this.#asked.set(
      id,
      setTimeout(() => this.#refuse(id, 'the browser does not answer'), patience),
    );
    const offer = this.#offers.at(-1);
    if (offer === undefined) this.#refuse(id, 'no browser offers its graphics card');
    else offer.send(String(id));
  }

  #give(id: number, socket: WebSocket): void {
    clearTimeout(this.#asked.get(id));
    if (this.#asked.delete(id)) this.#door.give(id, socketPort(socket));
    else socket.close();
  }

  #refuse(id: number, reason: string): void {
    clearTimeout(this.#asked.get(id));
    if (this.#asked.delete(id)) this.#door.refuse(id, reason);
  }
}

/** The card of the browser that offers one, otherwise that of this machine. */
export function startBrowserGpu({ open }: BrowserGpu): Promise<Backend | { readonly reason: string }> {
  return open === null ? startWebGpu() : startPageGpu(open);
}

/** A web socket as a message port. */
function socketPort(socket: WebSocket): EventPort {
  return {
    postMessage: (message) => {
      if (typeof message === 'object' && message !== null) socket.send(packMessage(message));
    },
    on: (event: 'message' | 'close', listener: (message?: unknown) => void) => {
      if (event === 'close') return socket.on('close', () => listener());
      return socket.on('message', (data) => listener({ data: unpackMessage(bytesOf(data)) }));
    },
    start: () => undefined,
    close: () => socket.close(),
  };
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
