import { stat } from 'node:fs/promises';
import { implement } from '@orpc/server';
import { type BrowserWindow, dialog, Notification, shell } from 'electron';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { shellContract } from '../../engine/contract/rpc/shell.ts';
import type { Activity } from './activity.ts';
import type { ShellCommands } from './commands.ts';
import { openOutside } from './hardening.ts';
import type { MenuLanguage } from './menu.ts';

export interface ShellServices {
  readonly commands: ShellCommands;
  readonly activity: Activity;
  window(): BrowserWindow | null;
  setLanguage(language: MenuLanguage): void;
  /** A project was chosen in a dialog, for the system's list of recent documents. */
  noteOpened(path: string): void;
}

/** What only the desktop can do, for windows. */
export function createShellRouter(services: ShellServices) {
  const os = implement(shellContract);
  const { commands, activity } = services;
  const window = (): BrowserWindow => {
    const found = services.window();
    if (found !== null) return found;
    throw new WorkbenchError('internal', 'There is no window');
  };
  return os.router({
    openFiles: os.openFiles.handler(async ({ input }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        filters: input.filters,
        properties: ['openFile', ...(input.multiple ? ['multiSelections' as const] : [])],
      });
      return canceled ? [] : filePaths;
    }),
    openFolder: os.openFolder.handler(async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        properties: ['openDirectory', 'createDirectory', 'treatPackageAsDirectory'],
      });
      const [folder] = filePaths;
      if (canceled || folder === undefined) return null;
      services.noteOpened(folder);
      return folder;
    }),
    saveFile: os.saveFile.handler(async ({ input }) => {
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        defaultPath: input.suggestedName,
        filters: input.filters,
      });
      return canceled || filePath === '' ? null : filePath;
    }),
    reveal: os.reveal.handler(async ({ input }) => {
      const present = await stat(input.path).catch(() => null);
      if (present === null) {
        throw new WorkbenchError('usage/invalid', 'This is not there any more', { where: input.path });
      }
      shell.showItemInFolder(input.path);
    }),
    openExternal: os.openExternal.handler(async ({ input }) => {
      if (await openOutside(input.url)) return;
      throw new WorkbenchError('access/refused', 'This address is not opened', {
        where: input.url,
        hint: 'Copy it into your browser.',
      });
    }),
    setProgress: os.setProgress.handler(({ input }) => activity.show(input.fraction)),
    notify: os.notify.handler(({ input }) => {
      // Whoever looks at the window sees it anyway.
      if (services.window()?.isFocused() === true || !Notification.isSupported()) return;
      const notification = new Notification({ title: input.title, body: input.body });
      notification.on('click', () => {
        services.window()?.show();
        services.window()?.focus();
      });
      notification.show();
    }),
    setLanguage: os.setLanguage.handler(({ input }) => services.setLanguage(input.language)),
    commands: os.commands.handler(({ signal }) => commands.stream(signal)),
  });
}
