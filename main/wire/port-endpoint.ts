import type { Endpoint } from './wires.ts';

/** What the message ports of Node and of Electron have in common. */
export interface EventPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** A message port as one end of a wire. */
export function portEndpoint(port: EventPort): Endpoint {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (message) => {
        const data = dataOf(message);
        listener(typeof data === 'string' ? data : null);
      });
      port.start();
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    refuse: () => port.close(),
  };
}

/** Electron's ports hand over an event that holds the message; Node's the message itself. */
export function dataOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'data' in message ? message.data : message;
}
