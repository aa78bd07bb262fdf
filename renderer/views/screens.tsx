import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Screen } from '../state/frame.ts';

/** Every screen; each is fetched when it is first shown. */
export const screenViews: Readonly<Record<Screen, LazyExoticComponent<ComponentType>>> = {
  start: lazy(async () => ({ default: (await import('./start/start.tsx')).StartScreen })),
  data: lazy(async () => ({ default: (await import('./data/data.tsx')).DataScreen })),
  model: lazy(async () => ({ default: (await import('./model/model.tsx')).ModelScreen })),
  train: lazy(async () => ({ default: (await import('./train/train.tsx')).TrainScreen })),
  understand: lazy(async () => ({ default: (await import('./understand/understand.tsx')).UnderstandScreen })),
  export: lazy(async () => ({ default: (await import('./export/export.tsx')).ExportScreen })),
  runs: lazy(async () => ({ default: (await import('./runs/runs.tsx')).RunsScreen })),
  settings: lazy(async () => ({ default: (await import('./settings/settings.tsx')).SettingsScreen })),
};
