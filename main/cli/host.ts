import { createServiceHost } from '../hosts/service-host.ts';

/** This machine, for the services. */
export const createHost = createServiceHost;
