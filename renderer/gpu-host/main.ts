import { serveGpu } from './serve.ts';

/** The page waits for one port: `window.postMessage('gru-gpu-port', ..., [port])` from its preload script or opener. */
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports;
  if (event.source !== window || event.data !== 'gru-gpu-port' || port === undefined) return;
  void serveGpu(port);
});
