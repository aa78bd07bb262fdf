import { type AnyRouter, createRouterClient, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { withFaults } from './faults.ts';

/** One end of a wire that carries texts: a web socket, or a message port of any kind. */
export interface Endpoint {
  send(message: string): void;
  /** Called with everything that arrives; what is no text is null. */
  onMessage(listener: (message: string | null) => void): void;
  onClose(listener: () => void): void;
  /** Ends the wire, because of what arrived. */
  refuse(reason: string): void;
}

/** Calls without a wire: for the command line and tests. */
export function createClient<Served extends AnyRouter>(router: Served): RouterClient<Served> {
  return createRouterClient(router, { context: {}, interceptors: [withFaults] } as never);
}

type Served = Parameters<RPCHandler<Record<never, never>>['upgrade']>[0];

/** Serves the contract over any number of wires. */
export function createWireServer(router: AnyRouter): { serve(endpoint: Endpoint): void } {
  const handler = new RPCHandler(router, { clientInterceptors: [withFaults] });
  return {
    serve: (endpoint) => {
      const served = {
        send: (message: unknown) => endpoint.send(String(message)),
        addEventListener: (type: string, listener: (event: { readonly data?: string }) => void) => {
          if (type === 'close') endpoint.onClose(() => listener({}));
          if (type !== 'message') return;
          endpoint.onMessage((message) => {
            if (message !== null && isFrame(message)) listener({ data: message });
            else endpoint.refuse('This is not a message of the contract');
          });
        },
      };
      // oRPC asks for these two methods of a web socket and uses nothing else of it.
      handler.upgrade(served as unknown as Served).catch(() => endpoint.refuse('The wire is broken'));
    },
  };
}

/** Whether a text is a message of the wire: anything else would not even reach a procedure. */
export function isFrame(text: string): boolean {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isObject(message) || typeof message.i !== 'string') return false;
  if (message.t === 3) return isObject(message.p);
  if (message.t === 4) return true;
  if (message.t !== undefined && message.t !== 1) return false;
  const { p: request } = message;
  if (!isObject(request) || typeof request.u !== 'string') return false;
  if (request.h !== undefined && !isObject(request.h)) return false;
  if (request.m !== undefined && typeof request.m !== 'string') return false;
  return request.u.startsWith('/') ? URL.canParse(`http://wire${request.u}`) : URL.canParse(request.u);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
