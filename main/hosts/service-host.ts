import { setImmediate } from 'node:timers/promises';
import { backendCandidates, type StartGpu } from '../platform/backends.ts';
import { describeProgram } from '../platform/program.ts';
import { createStorePlatform } from '../platform/store.ts';
import { startWebGpu } from '../platform/webgpu/open.ts';
import { openBackend } from '../services/backends/open-backend.ts';
import type { ServiceHost } from '../services/host.ts';

/** This machine, for the services. @param startGpu how its graphics card is reached. */
export function createServiceHost(startGpu: StartGpu = startWebGpu): ServiceHost {
  const backends = (threads: number | null) => backendCandidates(threads, startGpu);
  return {
    store: createStorePlatform(),
    program: describeProgram(),
    backends,
    openBackend: (wish, plan) => openBackend(backends(wish.threads), wish.name, plan),
    residentBytes: () => process.memoryUsage.rss(),
    now: () => performance.now(),
    pause: async () => {
      await setImmediate();
    },
  };
}
