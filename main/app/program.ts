import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type App,
  type BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  session,
  utilityProcess,
} from 'electron';
import { portEndpoint } from '../wire/port-endpoint.ts';
import { createWireServer } from '../wire/wires.ts';
import { Activity } from './activity.ts';
import { ShellCommands } from './commands.ts';
import { Engine } from './engine.ts';
import { GpuPage } from './gpu-page.ts';
import { denyPermissions, guardContents } from './hardening.ts';
import { type MenuLanguage, menuTemplate, quitQuestion } from './menu.ts';
import { projectAt, projectsAmong } from './opened-files.ts';
import { PortBroker } from './ports.ts';
import { servePage } from './protocol.ts';
import { createShellRouter } from './shell-server.ts';
import { openWindow } from './window.ts';

const bundles = dirname(fileURLToPath(import.meta.url));
const root = join(bundles, '..', '..');
const preload = join(root, 'out', 'preload', 'preload.cjs');
const keptRecent = 10;

/** The desktop program: its window, its menu, and the engine's process that it watches over. */
export class DesktopProgram {
  readonly #app: App;
  readonly #commands = new ShellCommands();
  readonly #activity = new Activity(() => this.#window);
  readonly #engine: Engine;
  readonly #gpu = new GpuPage(preload);
  #broker: PortBroker | null = null;
  #window: BrowserWindow | null = null;
  #language: MenuLanguage = 'en';
  #recent: string[] = [];
  #busy = false;
  #quitting = false;

  constructor(app: App) {
    this.#app = app;
    this.#engine = new Engine(
      () =>
        utilityProcess.fork(join(bundles, 'engine-host.mjs'), [], {
          serviceName: 'GRU Workbench engine',
          stdio: 'ignore',
        }),
      {
        ready: (again) => this.#engineReady(again),
        lost: (reason) => this.#commands.send({ command: 'engineLost', reason }),
        busy: (busy) => {
          this.#busy = busy;
          if (!busy) this.#activity.show(null);
          else this.#activity.keepAwake(true);
        },
        openGpu: async () => {
          const { port1, port2 } = new MessageChannelMain();
          await this.#gpu.give(port2);
          return port1;
        },
      },
    );
  }

  start(): void {
    const app = this.#app;
    guardContents(app);
    app.on('second-instance', (_event, argv, workingFolder) => {
      this.#openProjects(projectsAmong(argv.slice(1), workingFolder));
      this.#show();
    });
    app.on('open-file', (event, path) => {
      event.preventDefault();
      const project = projectAt(path);
      if (project !== null) this.#openProjects([project]);
    });
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('activate', () => this.#show());
    app.on('before-quit', (event) => {
      if (this.#quitting) return;
      event.preventDefault();
      this.#quit().catch(() => app.exit(1));
    });
    this.#openProjects(projectsAmong(process.argv.slice(1), process.cwd()));
    app.whenReady().then(
      () => this.#ready(),
      () => app.exit(1),
    );
  }

  #ready(): void {
    this.#language = this.#app.getLocale().startsWith('zh') ? 'zh' : 'en';
    denyPermissions(session.defaultSession);
    servePage(session.defaultSession, join(root, 'out', 'renderer'));
    const shell = createWireServer(
      createShellRouter({
        commands: this.#commands,
        activity: this.#activity,
        window: () => this.#window,
        setLanguage: (language) => {
          this.#language = language;
          this.#setMenu();
        },
        noteOpened: (path) => this.#noteRecent(path),
      }),
    );
    this.#broker = new PortBroker(ipcMain, {
      engine: (port) => this.#engine.serve(port),
      shell: (port) => shell.serve(portEndpoint(port)),
    });
    this.#engine.start();
    this.#setMenu();
    this.#show();
  }

  #engineReady(again: boolean): void {
    this.#broker?.renewEngine();
    if (again) this.#commands.send({ command: 'engineRestored' });
  }

  #show(): void {
    if (!this.#app.isReady()) return;
    if (this.#window === null) {
      const window = openWindow({
        preload,
        state: join(this.#app.getPath('userData'), 'window.json'),
        icon: join(root, 'resources', 'icons', 'icon.png'),
        onReload: () => this.#commands.hold(),
      });
      // Closing the only window ends the program, which may have to ask first.
      window.on('close', (event) => {
        if (this.#quitting || process.platform === 'darwin') return;
        event.preventDefault();
        this.#app.quit();
      });
      window.on('closed', () => {
        this.#window = null;
      });
      this.#window = window;
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  #openProjects(paths: readonly string[]): void {
    for (const path of paths) {
      this.#noteRecent(path);
      this.#commands.send({ command: 'openPath', path });
    }
  }

  #noteRecent(path: string): void {
    this.#recent = [path, ...this.#recent.filter((known) => known !== path)].slice(0, keptRecent);
    this.#app.addRecentDocument(path);
    if (this.#app.isReady()) this.#setMenu();
  }

  #setMenu(): void {
    const template = menuTemplate({
      language: this.#language,
      platform: process.platform,
      recent: this.#recent,
      developer: !this.#app.isPackaged,
      send: (command) => this.#commands.send(command),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  /** Asks first while something trains; then has the engine save, and ends. */
  async #quit(): Promise<void> {
    if (this.#busy && !(await this.#mayQuit())) return;
    this.#quitting = true;
    await this.#engine.close();
    this.#gpu.close();
    this.#app.quit();
  }

  async #mayQuit(): Promise<boolean> {
    const { message, detail, quit, cancel } = quitQuestion[this.#language];
    const question = {
      type: 'question' as const,
      message,
      detail,
      buttons: [quit, cancel],
      defaultId: 0,
      cancelId: 1,
      icon: nativeImage.createFromPath(join(root, 'resources', 'icons', 'icon.png')),
    };
    const { response } =
      this.#window === null
        ? await dialog.showMessageBox(question)
        : await dialog.showMessageBox(this.#window, question);
    return response === 0;
  }
}
