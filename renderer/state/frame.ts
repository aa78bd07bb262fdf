import { createStore, type StoreApi } from 'zustand/vanilla';

/** The steps of the work in their order, then what stands beside them. */
export const steps = ['data', 'model', 'train', 'understand', 'export'] as const;
export const screens = ['start', ...steps, 'runs', 'settings'] as const;
export type Screen = (typeof screens)[number];

export interface FrameState {
  readonly screen: Screen;
  /** Whether the explanation panel is shown; remembered. */
  readonly panelOpen: boolean;
  /** What has the focus, for the panel: a path of the configuration with `*` for elements, or null. */
  readonly topic: string | null;
  /** Whether a name is asked for, under which the configuration is kept. */
  readonly naming: boolean;
  /** A setting that the form is to put the focus on, as a path of the configuration. */
  readonly wanted: string | null;
  readonly go: (screen: Screen) => void;
  readonly setNaming: (naming: boolean) => void;
  readonly setPanelOpen: (open: boolean) => void;
  readonly explain: (topic: string) => void;
  /** Goes to a setting. */
  readonly find: (path: string) => void;
  /** The setting that was wanted has the focus. */
  readonly found: () => void;
}

export type FrameStore = StoreApi<FrameState>;

const panelKey = 'workbench.panel';
const screenKey = 'workbench.screen';

/**
 * @param storage remembers what a person prefers.
 * @param tab remembers where this tab was, for a reload.
 */
export function createFrameStore(storage: Storage, tab: Storage): FrameStore {
  return createStore<FrameState>((set, get) => ({
    screen: screens.find((screen) => screen === tab.getItem(screenKey)) ?? 'start',
    panelOpen: storage.getItem(panelKey) !== 'closed',
    topic: null,
    naming: false,
    wanted: null,
    setNaming: (naming) => set({ naming }),
    go: (screen) => {
      tab.setItem(screenKey, screen);
      set({ screen });
    },
    setPanelOpen: (panelOpen) => {
      storage.setItem(panelKey, panelOpen ? 'open' : 'closed');
      set({ panelOpen });
    },
    explain: (topic) => set({ topic }),
    find: (path) => {
      get().go('model');
      set({ wanted: path });
    },
    found: () => set({ wanted: null }),
  }));
}
