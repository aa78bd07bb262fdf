import { portMessages } from '../../engine/contract/rpc/wire.ts';
import { messagePort, serveGpu } from './serve.ts';

/** Whoever opened the page posts a port to it for every backend that it wants. */
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports;
  if (event.source !== window || event.data !== portMessages.gpu || port === undefined) return;
  void serveGpu(messagePort(port));
});
