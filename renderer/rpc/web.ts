import { RPCLink } from '@orpc/client/websocket';
import { gpuSocketPath, webSocketPath } from '../../engine/contract/rpc/wire.ts';
import { type Connection, clientOver, Wire } from './client.ts';
import { GpuOffer } from './gpu-offer.ts';

const tokenKey = 'workbench.token';
const firstDelay = 250;
const longestDelay = 5000;

/**
 * Web mode: one WebSocket to the server the page came from, opened again after it is lost. The token comes with the
 * address once, is kept for the tab, and is taken out of the address so that it is not copied with it.
 */
export function connectWeb(): Connection {
  const token = takeToken();
  const address = socketAddress(webSocketPath, token);
  const wire = new Wire();
  let delay = firstDelay;
  const open = () => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => {
      delay = firstDelay;
      wire.open(new RPCLink({ websocket: socket }));
    });
    socket.addEventListener('close', () => {
      wire.lose();
      setTimeout(open, delay);
      delay = Math.min(longestDelay, delay * 2);
    });
  };
  open();
  const gpu = 'gpu' in navigator ? new GpuOffer(socketAddress(gpuSocketPath, token)) : null;
  return { workbench: clientOver(wire), shell: null, wire, token, gpu };
}

function socketAddress(path: string, token: string | null): URL {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (token !== null) address.searchParams.set('token', token);
  return address;
}

function takeToken(): string | null {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given === null) return sessionStorage.getItem(tokenKey);
  sessionStorage.setItem(tokenKey, given);
  address.searchParams.delete('token');
  history.replaceState(null, '', address);
  return given;
}
