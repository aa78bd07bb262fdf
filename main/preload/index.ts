import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { portMessages } from '../../engine/contract/rpc/wire.ts';

/**
 * Hands the page its message ports, and nothing else but the place of a file that was dropped on it. The page asks
 * with a message to itself; the main process answers to this frame alone, with the number that the question held.
 */
const nonce = crypto.randomUUID();

window.addEventListener('message', (event) => {
  const own = event.source === window && event.origin === location.origin;
  if (own && event.data === portMessages.ready) ipcRenderer.send('ports:request', nonce);
});

ipcRenderer.on(
  'ports:offer',
  (event, offer: { readonly nonce: string; readonly kind: 'engine' | 'shell' }) => {
    const [port] = event.ports;
    if (port === undefined || offer.nonce !== nonce) return;
    window.postMessage(portMessages[offer.kind], location.origin, [port]);
  },
);

/** For the hidden page that computes on the graphics card. */
ipcRenderer.on('gpu:offer', (event) => {
  const [port] = event.ports;
  if (port !== undefined) window.postMessage(portMessages.gpu, location.origin, [port]);
});

contextBridge.exposeInMainWorld('workbenchFiles', {
  /** Where a file that was dropped on the window lies; empty for one that lies nowhere. */
  pathOf: (file: File) => webUtils.getPathForFile(file),
});
