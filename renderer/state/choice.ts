import { createStore, type StoreApi } from 'zustand/vanilla';

/** What the screens after training look at together. */
export interface ChoiceState {
  /** The run that was chosen, or null for the newest. */
  readonly run: string | null;
  /** Runs that are compared. */
  readonly compared: ReadonlySet<string>;
  /** Weight of the exponential smoothing of all charts, in [0,1). */
  readonly smoothing: number;
  readonly choose: (run: string | null) => void;
  readonly compare: (runs: Iterable<string>) => void;
  readonly smooth: (weight: number) => void;
}

export type ChoiceStore = StoreApi<ChoiceState>;

const smoothingKey = 'workbench.smoothing';
const startSmoothing = 0.9;

export function createChoiceStore(storage: Storage): ChoiceStore {
  const kept = Number(storage.getItem(smoothingKey) ?? startSmoothing);
  return createStore<ChoiceState>((set) => ({
    run: null,
    compared: new Set<string>(),
    smoothing: kept >= 0 && kept < 1 ? kept : startSmoothing,
    choose: (run) => set({ run }),
    compare: (runs) => set({ compared: new Set(runs) }),
    smooth: (smoothing) => {
      storage.setItem(smoothingKey, String(smoothing));
      set({ smoothing });
    },
  }));
}
