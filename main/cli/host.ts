import { describeProgram } from '../platform/program.ts';
import { createStorePlatform } from '../platform/store.ts';
import type { ServiceHost } from '../services/host.ts';

/** This machine, for the services. */
export function createHost(): ServiceHost {
  return { store: createStorePlatform(), program: describeProgram() };
}
