import { setImmediate } from 'node:timers/promises';
import { describeProgram } from '../platform/program.ts';
import { createStorePlatform } from '../platform/store.ts';
import { openBackend } from '../services/backends/open-backend.ts';
import type { ServiceHost } from '../services/host.ts';

/** This machine, for the services. */
export function createServiceHost(): ServiceHost {
  return {
    store: createStorePlatform(),
    program: describeProgram(),
    openBackend,
    residentBytes: () => process.memoryUsage.rss(),
    now: () => performance.now(),
    pause: async () => {
      await setImmediate();
    },
  };
}
