import type { MessagePort } from 'node:worker_threads';
import type { Backend } from '../../../engine/backends/backend.ts';
import { createRemoteBackend } from '../../../engine/backends/remote/index.ts';
import type { BackendPort } from '../../../engine/backends/remote/protocol.ts';
import { gpuPageKnowledge } from '../../../engine/backends/webgpu/index.ts';

/** A port to a page that computes on Chromium's WebGPU, or the reason why there is none. */
export type OpenPagePort = () => Promise<MessagePort | { readonly reason: string }>;

/**
 * The graphics card of the desktop program: Dawn for Node cannot map its buffers inside Electron, so a hidden page
 * computes, and this is the other end of it.
 */
export async function startPageGpu(open: OpenPagePort): Promise<Backend | { readonly reason: string }> {
  const port = await open();
  return 'reason' in port ? port : createRemoteBackend(nodePort(port), gpuPageKnowledge());
}

/** A message port of Node as the remote backend's protocol wants it. */
export function nodePort(port: MessagePort): BackendPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (handler) => {
      port.on('message', handler);
    },
    onClose: (handler) => {
      port.once('close', () => handler('its page closed'));
    },
    close: () => port.close(),
  };
}
