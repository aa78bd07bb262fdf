import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { portMessages } from '../../engine/contract/rpc/wire.ts';
import { type Connection, clientOver, type Shell, Wire } from './client.ts';

/** Whether the preload script of the desktop program was here before the page. */
export function isDesktop(): boolean {
  return 'workbenchFiles' in window;
}

/** Desktop: the preload script hands over one port to the engine (again after each of its restarts) and one to the shell. */
export function connectDesktop(): Promise<Connection> {
  const wire = new Wire();
  const workbench = clientOver(wire);
  return new Promise((resolve) => {
    window.addEventListener('message', (event) => {
      const [port] = event.ports;
      if (event.source !== window || port === undefined) return;
      if (event.data === portMessages.engine) {
        port.start();
        wire.open(new RPCLink({ port }));
      } else if (event.data === portMessages.shell) {
        port.start();
        const shell = createORPCClient<Shell>(new RPCLink({ port }));
        resolve({ workbench, shell, wire, token: null, gpu: null });
      }
    });
    window.postMessage(portMessages.ready, location.origin);
  });
}
