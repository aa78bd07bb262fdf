import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Screen } from '../state/frame.ts';

const load: Readonly<Record<Screen, () => Promise<ComponentType>>> = {
  start: async () => (await import('./start/start.tsx')).StartScreen,
  data: async () => (await import('./data/data.tsx')).DataScreen,
  model: async () => (await import('./model/model.tsx')).ModelScreen,
  train: async () => (await import('./train/train.tsx')).TrainScreen,
  understand: async () => (await import('./understand/understand.tsx')).UnderstandScreen,
  export: async () => (await import('./export/export.tsx')).ExportScreen,
  runs: async () => (await import('./runs/runs.tsx')).RunsScreen,
  settings: async () => (await import('./settings/settings.tsx')).SettingsScreen,
};

const fetched = new Map<Screen, ComponentType>();

/** Fetches a screen before it is shown. */
export async function fetchScreen(screen: Screen): Promise<ComponentType> {
  const view = await load[screen]();
  fetched.set(screen, view);
  return view;
}

const lazyView = (screen: Screen): LazyExoticComponent<ComponentType> =>
  lazy(async () => ({ default: await fetchScreen(screen) }));

const lazyViews: Readonly<Record<Screen, LazyExoticComponent<ComponentType>>> = {
  start: lazyView('start'),
  data: lazyView('data'),
  model: lazyView('model'),
  train: lazyView('train'),
  understand: lazyView('understand'),
  export: lazyView('export'),
  runs: lazyView('runs'),
  settings: lazyView('settings'),
};

/**
 * A screen, fetched when it is first shown. What was fetched before is there at once: React would keep a screen that it
 * has to wait for, however shortly, behind its placeholder for 300 ms.
 */
export function viewOf(screen: Screen): ComponentType {
  return fetched.get(screen) ?? lazyViews[screen];
}
