import type { TuningMemory } from '../../engine/backends/webgpu/index.ts';

/** What a page can keep, as `localStorage` does. */
export interface KeptStrings {
  getItem(key: string): string | null;
  /** May throw where there is no room. */
  setItem(key: string, value: string): void;
}

const prefix = 'webgpu: ';

/** What the backend measured on this machine, kept with the page's origin from one start of the program to the next. */
export function storageMemory(storage: KeptStrings): TuningMemory {
  return {
    get: async (key) => {
      const place = Number(storage.getItem(prefix + key) ?? Number.NaN);
      return Number.isInteger(place) ? place : undefined;
    },
    set: async (key, place) => {
      try {
        storage.setItem(prefix + key, String(place));
      } catch {
        // A full storage: measured again the next time.
      }
    },
  };
}
