import { availableParallelism, cpus, totalmem } from 'node:os';
import type { z } from 'zod';
import type { systemContract } from '../../../engine/contract/rpc/system.ts';
import { onDevice } from '../../../engine/backends/select.ts';
import { examine } from '../backends/examine.ts';
import type { ServiceHost } from '../host.ts';

export type Device = z.infer<
  NonNullable<(typeof systemContract)['devices']['~orpc']['outputSchema']>
>[number];

/** Which backends work on this machine, and why the others do not. Tries every one. */
export async function listDevices(host: ServiceHost): Promise<Device[]> {
  const { backends } = await examine(host);
  const processor = [
    { name: 'processor', value: cpus()[0]?.model.trim() ?? 'unknown' },
    { name: 'cores', value: String(availableParallelism()) },
    { name: 'memory', value: `${Math.round(totalmem() / 2 ** 20)} MB` },
  ];
  return backends.map(({ name, usable, detail, chosen }) => ({
    name,
    usable,
    description: usable ? detail : name,
    reason: usable ? null : detail,
    details: [
      ...(usable && !onDevice.includes(name) ? processor : []),
      ...(chosen ? [{ name: 'used by default', value: 'yes' }] : []),
    ],
  }));
}
