/**
 * Stands in for the package `electron` where its program is not to be had: windows are pages of a real Chromium, the
 * preload script runs in a world of its own beside the page, ports carry messages between page, main process and the
 * engine's process, which is a real one. What the person would do and see outside the page goes over standard input and
 * output as lines of JSON.
 *
 * The page lives at https://workbench.test, as Chromium knows no scheme app: that is what the main process is told.
 */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const pageAddress = 'https://workbench.test';
const ownScheme = 'app://workbench';
const world = 'preload';

/**
 * Text that carries a value as a structured clone would, as far as messages need it. Also runs in the page, so it uses
 * nothing from around it.
 */
function pack(value) {
  return JSON.stringify(value, (_key, part) => {
    if (ArrayBuffer.isView(part)) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      let text = '';
      for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      }
      return { $array: part.constructor.name, bytes: btoa(text) };
    }
    if (part instanceof Map) return { $map: [...part] };
    return typeof part === 'number' && !Number.isFinite(part) ? { $number: String(part) } : part;
  });
}

function unpack(text) {
  return JSON.parse(text, (_key, part) => {
    if (part?.$array !== undefined) {
      const bytes = Uint8Array.from(atob(part.bytes), (letter) => letter.charCodeAt(0));
      return new { Float32Array, Float64Array, Int32Array }[part.$array](bytes.buffer);
    }
    if (part?.$map !== undefined) return new Map(part.$map);
    return part?.$number !== undefined ? Number(part.$number) : part;
  });
}

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

/** Ports that are in a page or in the engine's process, by number. */
const ports = new Map();
let lastPort = 0;

class Port extends EventEmitter {
  /** The other end, when it is in this process too. */
  twin = null;
  /** Carries messages away, when this end was handed over. */
  carry = null;
  id = 0;

  postMessage(data) {
    this.twin.receive(data);
  }

  receive(data) {
    if (this.carry !== null) this.carry(data);
    else this.emit('message', { data, ports: [] });
  }

  /** What is posted to the twin goes over `carry` from now on; messages from there come by number. */
  handOver(carry) {
    this.id = ++lastPort;
    this.carry = carry;
    ports.set(this.id, this);
    return this.id;
  }

  /** Whoever held the twin of this end is gone. */
  lose() {
    if (this.carry === null) this.emit('close');
    else this.loseAway?.();
  }

  start() {}
  close() {}
}

export class MessageChannelMain {
  port1 = new Port();
  port2 = new Port();

  constructor() {
    this.port1.twin = this.port2;
    this.port2.twin = this.port1;
  }
}

/** A message that came for a port from where it was handed over to. */
function fromAway({ id, data }) {
  ports.get(id)?.postMessage(data);
}

class App extends EventEmitter {
  commandLine = { appendSwitch: (name) => tell({ switch: name }) };
  isPackaged = false;
  #ready = false;

  whenReady = async () => {
    await browserStarted;
    this.#ready = true;
  };
  isReady = () => this.#ready;
  getLocale = () => 'en-US';
  getPath = () => process.env.GRU_WORKBENCH_HOME;
  requestSingleInstanceLock = () => true;
  addRecentDocument = () => undefined;
  quit = () => {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) this.exit(0);
  };
  exit = (code) => {
    browserStarted.then((browser) => browser.close()).finally(() => process.exit(code));
  };
}
export const app = new App();

const browserStarted = chromium.launch({
  executablePath: process.env.GRU_TEST_BROWSER,
  // The test looks at the page through this port.
  args: [
    '--no-sandbox',
    `--remote-debugging-port=${process.env.GRU_TEST_DEBUGGING_PORT}`,
    // WebGPU that computes on the processor, as there may be no graphics card.
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
  ],
});

class WebContents extends EventEmitter {
  id;
  setWindowOpenHandler = () => undefined;
  isDestroyed = () => false;
  reload = () => undefined;
  /** Set by the window once it has a page. */
  postMessage = () => undefined;

  constructor(id) {
    super();
    this.id = id;
  }
}

/** What the preload script finds as `electron`, and the ends of its ports. Runs in the world beside the page. */
const preloadSide = `
  ${pack}
  ${unpack}
  const __listeners = new Map();
  const __ports = new Map();
  const __electron = {
    ipcRenderer: {
      send: (channel, ...args) => __toMain(JSON.stringify({ kind: 'ipc', channel, args })),
      on: (channel, listener) => __listeners.set(channel, listener),
    },
    // Values cannot pass between worlds here; the page has its own of the same names (see mainSide).
    contextBridge: { exposeInMainWorld: (name) => __toMain(JSON.stringify({ kind: 'exposed', name })) },
    webUtils: { getPathForFile: () => '' },
  };
  globalThis.__offer = (channel, message, id) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data }) => __toMain(pack({ kind: 'port', id, data }));
    __ports.set(id, port2);
    __listeners.get(channel)?.({ ports: [port1] }, message);
  };
  globalThis.__close = (id) => __ports.get(id)?.close();
  globalThis.__deliver = (id, text) => __ports.get(id)?.postMessage(unpack(text));
`;
/** The page's own side of the context bridge: a file that was dropped has no place here. */
const mainSide = `globalThis.workbenchFiles = { pathOf: () => '' };`;

export class BrowserWindow extends EventEmitter {
  static #count = 0;
  webContents = new WebContents(++BrowserWindow.#count);
  #page = null;
  #destroyed = false;
  #options;

  constructor(options) {
    super();
    this.#options = options;
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(address) {
    const browser = await browserStarted;
    const context = await browser.newContext({
      viewport: { width: 1280, height: 860 },
      reducedMotion: 'reduce',
    });
    this.#page = await context.newPage();
    const session = await context.newCDPSession(this.#page);
    await session.send('Runtime.enable');
    await session.send('Page.enable');
    await session.send('Inspector.enable');
    await session.send('Runtime.addBinding', { name: '__toMain', executionContextName: world });
    let place = null;
    const inWorld = (expression) =>
      session.send('Runtime.evaluate', { expression, contextId: place }).catch(() => undefined);
    let given = [];
    // The ports of a page end with it.
    session.on('Page.frameNavigated', ({ frame: navigated }) => {
      if (navigated.parentId !== undefined) return;
      for (const port of given) port.twin.lose();
      given = [];
    });
    session.on('Runtime.executionContextCreated', ({ context: created }) => {
      if (created.name === world) place = created.id;
    });
    const postMessage = (channel, message, [port]) => {
      const id = port.handOver((data) => inWorld(`__deliver(${id}, ${JSON.stringify(pack(data))})`));
      port.loseAway = () => inWorld(`__close(${id})`);
      given.push(port);
      inWorld(`__offer(${JSON.stringify(channel)}, ${JSON.stringify(message)}, ${id})`);
    };
    const frame = { origin: ownScheme, parent: null, postMessage };
    this.webContents.postMessage = postMessage;
    session.on('Inspector.targetCrashed', () => {
      for (const port of given.splice(0)) port.twin.lose();
      this.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    });
    session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => tell({ exception: exceptionDetails }));
    session.on('Runtime.bindingCalled', ({ payload }) => {
      const message = unpack(payload);
      if (message.kind === 'port') fromAway(message);
      else if (message.kind === 'exposed') tell({ exposed: message.name });
      else ipcMain.emit(message.channel, { senderFrame: frame, sender: this.webContents }, ...message.args);
    });
    const preload = readFileSync(this.#options.webPreferences.preload, 'utf8');
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: world,
      source: `{ ${preloadSide}; (function (require, exports, module) { ${preload} })(() => __electron, {}, {}); }`,
    });
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: mainSide });
    await context.route(`${pageAddress}/**`, async (route) => {
      const asked = route.request();
      if (asked.isNavigationRequest()) {
        this.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
      }
      const inside = `${ownScheme}${new URL(asked.url()).pathname}`;
      const response = await session_.handlers.get('app')(new Request(inside, { method: asked.method() }));
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
    await this.#page.goto(address.replace(ownScheme, pageAddress));
    tell({ window: address, preferences: this.#options.webPreferences });
  }

  once(event, listener) {
    super.once(event, listener);
    if (event === 'ready-to-show') setImmediate(() => this.emit(event));
    return this;
  }

  getNormalBounds = () => ({ x: 10, y: 20, width: 1280, height: 860 });
  isMaximized = () => false;
  isMinimized = () => false;
  isDestroyed = () => this.#destroyed;
  destroy = () => {
    this.#page?.close().catch(() => undefined);
    this.#destroyed = true;
    this.emit('closed');
  };
  isFocused = () => false;
  maximize = () => undefined;
  restore = () => undefined;
  show = () => undefined;
  focus = () => undefined;
  setProgressBar = (fraction) => tell({ progress: fraction });
}

class UtilityProcess extends EventEmitter {
  #child;
  #handed = [];

  constructor(path) {
    super();
    this.#child = fork(fileURLToPath(new URL('engine-process.mjs', import.meta.url)), [path], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
    });
    tell({ engine: this.#child.pid });
    this.#child.on('message', (message) => {
      if (message.kind === 'port') fromAway(message);
      else this.emit('message', message.data);
    });
    this.#child.on('exit', (code) => {
      for (const port of this.#handed) port.twin.lose();
      this.emit('exit', code);
    });
  }

  postMessage(data, handed = []) {
    const ids = handed.map((port) => {
      const id = port.handOver((message) => this.#send({ kind: 'port', id, data: message }));
      port.loseAway = () => this.#send({ kind: 'close', id });
      this.#handed.push(port);
      return id;
    });
    this.#send({ kind: 'order', data, ports: ids });
  }

  kill = () => this.#child.kill('SIGKILL');

  #send(message) {
    if (this.#child.connected) this.#child.send(message);
  }
}
export const utilityProcess = { fork: (path) => new UtilityProcess(path) };

class Ipc extends EventEmitter {}
export const ipcMain = new Ipc();

const session_ = {
  handlers: new Map(),
  protocol: { handle: (scheme, handler) => session_.handlers.set(scheme, handler) },
  setPermissionRequestHandler: () => undefined,
  setPermissionCheckHandler: () => undefined,
  setDevicePermissionHandler: () => undefined,
};
export const session = { defaultSession: session_ };
export const protocol = { registerSchemesAsPrivileged: () => undefined };
export const nativeTheme = { shouldUseDarkColors: false };
export const nativeImage = { createFromPath: () => ({}) };
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const shell = {
  openExternal: async (url) => tell({ opened: url }),
  showItemInFolder: (path) => tell({ revealed: path }),
};

/** What the person answers in the next dialogs. */
let answers = { canceled: true, filePaths: [], filePath: '', response: 1 };
const asked = (kind) => async () => {
  tell({ dialog: kind });
  return answers;
};
export const dialog = {
  showOpenDialog: asked('open'),
  showSaveDialog: asked('save'),
  showMessageBox: asked('message'),
};

export class Notification extends EventEmitter {
  static isSupported = () => true;
  #content;

  constructor(content) {
    super();
    this.#content = content;
  }

  show() {
    tell({ notification: this.#content });
  }
}

let blocker = 0;
export const powerSaveBlocker = {
  start: () => {
    tell({ awake: true });
    return ++blocker;
  },
  stop: () => tell({ awake: false }),
};

let menu = [];
export const Menu = {
  buildFromTemplate: (template) => template,
  setApplicationMenu: (template) => {
    menu = template;
    tell({ menu: template.map(({ label }) => label) });
  },
};

function choose(items, [label, ...below]) {
  const item = items.find((candidate) => candidate.label === label);
  if (item === undefined) tell({ missing: label });
  else if (below.length === 0) item.click();
  else choose(item.submenu, below);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.choose !== undefined) choose(menu, order.choose);
  if (order.answers !== undefined) answers = { ...answers, ...order.answers };
  if (order.quit === true) app.quit();
});
