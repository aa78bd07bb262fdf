import type { BackendPort } from '../../engine/backends/remote/protocol.ts';
import { serveBackend } from '../../engine/backends/remote/serve.ts';
import { createWebGpuBackend, openDevice, type TuningMemory } from '../../engine/backends/webgpu/index.ts';
import { describeError } from '../../engine/base/errors.ts';
import { storageMemory } from './memory.ts';

/**
 * Answers for the page's graphics adapter over a port; requests that come before the device is open wait in it.
 * @param place where this is, said behind the adapter's name; left out in the desktop program.
 */
export async function serveGpu(port: BackendPort, place?: string): Promise<void> {
  serveBackend(port, await openPageBackend(place));
}

async function openPageBackend(place: string | undefined) {
  try {
    if (!('gpu' in navigator)) return { reason: 'this browser has no WebGPU' };
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return { reason: 'this browser offers no graphics adapter' };
    const backend = createWebGpuBackend(await openDevice(adapter), { memory: pageMemory() });
    if (place === undefined) return backend;
    const { info } = backend;
    return { ...backend, info: { ...info, description: `${info.description}, ${place}` } };
  } catch (error) {
    return { reason: describeError(error) };
  }
}

/** What was measured before; a thread, and a page without storage, measure at every start. */
function pageMemory(): TuningMemory | null {
  try {
    return storageMemory(window.localStorage);
  } catch {
    return null;
  }
}

/** A message port as the remote backend's protocol wants it. Arrays are copied, never transferred. */
export function messagePort(port: MessagePort): BackendPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (handler) => {
      port.onmessage = (event: MessageEvent<unknown>) => handler(event.data);
    },
    onClose: (handler) => {
      port.addEventListener('close', () => handler('the GPU page closed its port'));
    },
    close: () => port.close(),
  };
}
