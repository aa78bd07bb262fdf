import type { Connection } from '../rpc/client.ts';
import type { FrameStore } from './frame.ts';
import { type ProjectStore, rememberedProject } from './project.ts';
import type { SettingsStore } from './settings.ts';

interface Stores {
  readonly connection: Connection;
  readonly frame: FrameStore;
  readonly project: ProjectStore;
  readonly settings: SettingsStore;
}

/**
 * Reads the settings, and shows the project that this tab had before it was reloaded, else the one that the program
 * was started with.
 */
export async function restoreWindow({ connection, frame, project, settings }: Stores): Promise<void> {
  const loaded = settings.getState().load();
  const remembered = rememberedProject(sessionStorage);
  try {
    // A reloaded page need not wait for the settings; it stays where it was.
    if (remembered === null) await loaded;
    const path = remembered ?? settings.getState().info?.project ?? null;
    if (path === null) return;
    await project.getState().show(await connection.workbench.projects.open({ path }));
    if (remembered === null && frame.getState().screen === 'start') frame.getState().go('data');
  } finally {
    await loaded;
  }
}
