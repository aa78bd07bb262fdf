import { BrowserWindow, nativeTheme, screen } from 'electron';
import { hardenedPage } from './hardening.ts';
import { pageOrigin } from './protocol.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

const smallest = { width: 1024, height: 700 };
const usual = { width: 1360, height: 860 };

export interface WindowOptions {
  /** The bundle of the preload script. */
  readonly preload: string;
  /** Where the place of the window is kept. */
  readonly state: string;
  readonly icon: string;
  /** The page is about to be loaded anew. */
  onReload(): void;
}

/** Opens the window of the program: sandboxed, isolated, without Node. */
export function openWindow({ preload, state, icon, onReload }: WindowOptions): BrowserWindow {
  const kept = readWindowState(
    state,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...(kept === null ? usual : { x: kept.x, y: kept.y, width: kept.width, height: kept.height }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'GRU Workbench',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
    icon,
    webPreferences: {
      ...hardenedPage,
      preload,
      navigateOnDragDrop: false,
    },
  });
  if (kept?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(state, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  window.loadURL(`${pageOrigin}/index.html`).catch(() => undefined);
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) onReload();
  });
  // A page that dies is shown again; the engine goes on without it.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  return window;
}
