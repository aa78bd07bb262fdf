import { listDevices } from '../system/devices.ts';
import { readSettings, writeSettings } from '../system/settings.ts';
import type { Implementer } from './implementer.ts';
import type { Workbench } from './workbench.ts';

/** What the host is, what a person set, and what the machine can do. */
export function systemProcedures(os: Implementer['system'], { options }: Workbench) {
  const { host, kind, transfer, configuration, start } = options;
  return {
    info: os.info.handler(() => ({
      version: host.program.version,
      host: kind,
      platform: process.platform,
      nativeFiles: transfer === null,
      uploadUrl: transfer?.upload ?? null,
      downloadUrl: transfer?.download ?? null,
      project: start,
    })),
    settings: os.settings.handler(() => readSettings(host.store, configuration)),
    saveSettings: os.saveSettings.handler(({ input }) => writeSettings(host.store, configuration, input)),
    devices: os.devices.handler(() => listDevices(host)),
  };
}
