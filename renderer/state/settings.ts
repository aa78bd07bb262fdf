import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Settings, settingsSchema } from '../../engine/contract/rpc/system.ts';
import type { Connection, Workbench } from '../rpc/client.ts';

export type Device = Awaited<ReturnType<Workbench['system']['devices']>>[number];
export type SystemInfo = Awaited<ReturnType<Workbench['system']['info']>>;

/** What the host is, and what a person prefers; the same for every project. */
export interface SettingsState {
  readonly settings: Settings;
  readonly info: SystemInfo | null;
  /** null until they were looked for. */
  readonly devices: readonly Device[] | null;
  /** Whether this browser's graphics card computes for the server; null where it cannot. */
  readonly gpuOffered: boolean | null;
  readonly offerGpu: (offered: boolean) => Promise<void>;
  readonly load: () => Promise<void>;
  readonly change: (change: Partial<Settings>) => Promise<void>;
}

export type SettingsStore = StoreApi<SettingsState>;

export function createSettingsStore({ workbench, gpu }: Connection): SettingsStore {
  return createStore<SettingsState>((set, get) => ({
    settings: settingsSchema.parse({}),
    info: null,
    devices: null,
    gpuOffered: gpu?.offered ?? null,
    offerGpu: async (offered) => {
      set({ gpuOffered: offered, devices: null });
      await gpu?.set(offered);
      set({ devices: await workbench.system.devices() });
    },
    load: async () => {
      const [info, settings] = await Promise.all([workbench.system.info(), workbench.system.settings()]);
      set({ info, settings });
      // Trying every backend takes a while: nothing waits for it.
      void workbench.system.devices().then((devices) => set({ devices }));
    },
    change: async (change) => {
      const before = get().settings;
      set({ settings: { ...before, ...change } });
      try {
        set({ settings: await workbench.system.saveSettings({ ...before, ...change }) });
      } catch (error) {
        set({ settings: before });
        throw error;
      }
    },
  }));
}
