import { EventEmitter } from 'node:events';

/**
 * Stands in for the package `electron` where its program is not to be had: records what the shell asks of it, and lets a
 * test say what Electron would have said. Only what the shell uses is here; anything else fails a test.
 */
export interface Recorded {
  readonly windows: StandInWindow[];
  readonly opened: string[];
  readonly progress: number[];
  readonly menus: unknown[];
  readonly shown: { title: string; body: string }[];
  readonly blockers: Set<number>;
  /** Answers of the next dialogs. */
  answers: { canceled: boolean; filePaths: string[]; filePath: string; response: number };
}

export const recorded: Recorded = {
  windows: [],
  opened: [],
  progress: [],
  menus: [],
  shown: [],
  blockers: new Set(),
  answers: { canceled: false, filePaths: [], filePath: '', response: 0 },
};

class StandInContents extends EventEmitter {
  readonly id = recorded.windows.length + 1;
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  reloads = 0;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  reload(): void {
    this.reloads++;
  }

  isDestroyed(): boolean {
    return false;
  }
}

class StandInWindow extends EventEmitter {
  readonly options: Readonly<Record<string, unknown>> & {
    readonly webPreferences: Readonly<Record<string, unknown>>;
  };
  readonly webContents = new StandInContents();
  url = '';
  focused = false;

  constructor(options: StandInWindow['options']) {
    super();
    this.options = options;
    recorded.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  loadURL(url: string): Promise<void> {
    this.url = url;
    return Promise.resolve();
  }

  getNormalBounds() {
    return { x: 10, y: 20, width: 1200, height: 800 };
  }

  isMaximized = () => false;
  isMinimized = () => false;
  isDestroyed = () => false;
  isFocused = () => this.focused;
  maximize = () => undefined;
  restore = () => undefined;
  show = () => undefined;
  focus = () => {
    this.focused = true;
  };
  setProgressBar = (fraction: number) => recorded.progress.push(fraction);
}

export const BrowserWindow = StandInWindow;

class StandInApp extends EventEmitter {
  isPackaged = false;
  getLocale = () => 'en-US';
  isReady = () => true;
  addRecentDocument = () => undefined;
  quit = () => undefined;
}
export const app = new StandInApp();

export const nativeTheme = { shouldUseDarkColors: false };
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const shell = {
  openExternal: (url: string) => {
    recorded.opened.push(url);
    return Promise.resolve();
  },
  showItemInFolder: (path: string) => recorded.opened.push(path),
};
export const dialog = {
  showOpenDialog: () => Promise.resolve(recorded.answers),
  showSaveDialog: () => Promise.resolve(recorded.answers),
  showMessageBox: () => Promise.resolve(recorded.answers),
};
export class Notification extends EventEmitter {
  static isSupported = () => true;
  readonly content: { title: string; body: string };

  constructor(content: { title: string; body: string }) {
    super();
    this.content = content;
  }

  show(): void {
    recorded.shown.push(this.content);
  }
}
let blocker = 0;
export const powerSaveBlocker = {
  start: () => {
    blocker++;
    recorded.blockers.add(blocker);
    return blocker;
  },
  stop: (id: number) => recorded.blockers.delete(id),
};

type Handler = (request: Request) => Promise<Response>;

/** A session that keeps what was set on it. */
export class StandInSession {
  readonly handlers = new Map<string, Handler>();
  requestHandler:
    | ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void)
    | null = null;
  checkHandler: (() => boolean) | null = null;
  deviceHandler: (() => boolean) | null = null;
  readonly protocol = {
    handle: (scheme: string, handler: Handler) => {
      this.handlers.set(scheme, handler);
    },
  };
  setPermissionRequestHandler = (handler: NonNullable<StandInSession['requestHandler']>) => {
    this.requestHandler = handler;
  };
  setPermissionCheckHandler = (handler: () => boolean) => {
    this.checkHandler = handler;
  };
  setDevicePermissionHandler = (handler: () => boolean) => {
    this.deviceHandler = handler;
  };
}

export const schemes: unknown[] = [];
export const protocol = {
  registerSchemesAsPrivileged: (given: unknown[]) => {
    schemes.push(...given);
  },
};

export class StandInPort extends EventEmitter {
  closed = false;
  postMessage = () => undefined;
  start = () => undefined;
  close = () => {
    this.closed = true;
  };
}
export class MessageChannelMain {
  readonly port1 = new StandInPort();
  readonly port2 = new StandInPort();
}
