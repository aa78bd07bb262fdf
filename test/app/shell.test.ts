import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, IpcMain, MessagePortMain, Session, UtilityProcess } from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Activity } from '../../main/app/activity.ts';
import { ShellCommands } from '../../main/app/commands.ts';
import { Engine } from '../../main/app/engine.ts';
import { denyPermissions, guardContents, isAllowedOutside } from '../../main/app/hardening.ts';
import { menuTemplate } from '../../main/app/menu.ts';
import { projectAt, projectsAmong } from '../../main/app/opened-files.ts';
import { PortBroker } from '../../main/app/ports.ts';
import { declarePageScheme, servePage } from '../../main/app/protocol.ts';
import { createShellRouter } from '../../main/app/shell-server.ts';
import { openWindow } from '../../main/app/window.ts';
import { readWindowState, writeWindowState } from '../../main/app/window-state.ts';
import { createClient } from '../../main/wire/wires.ts';
import * as electron from '../support/electron-standin.ts';

vi.mock('electron', () => import('../support/electron-standin.ts'));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gru-app-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the window', () => {
  it('is sandboxed, isolated and without Node, and shows the page of the program alone', () => {
    guardContents(electron.app as unknown as App);
    openWindow({
      preload: '/preload.cjs',
      state: join(folder, 'window.json'),
      icon: '/icon.png',
      onReload: () => undefined,
    });
    const window = electron.recorded.windows.at(-1);
    expect(window?.url).toBe('app://workbench/index.html');
    expect(window?.options.webPreferences).toMatchObject({
      preload: '/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('stays on its page, opens no other window and embeds nothing', () => {
    const contents = electron.recorded.windows.at(-1)?.webContents;
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const preventDefault = vi.fn();
      contents?.emit(event, { url: 'https://evil.example/', preventDefault });
      contents?.emit(event, { url: 'file:///etc/passwd', preventDefault });
      contents?.emit(event, { url: 'app://other/index.html', preventDefault });
      expect(preventDefault).toHaveBeenCalledTimes(3);
      contents?.emit(event, { url: 'app://workbench/index.html', preventDefault });
      expect(preventDefault).toHaveBeenCalledTimes(3);
    }
    const preventDefault = vi.fn();
    contents?.emit('will-attach-webview', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(contents?.openHandler?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
    expect(electron.recorded.opened).toEqual([]);
    expect(contents?.openHandler?.({ url: 'https://arxiv.org/abs/1406.1078' })).toEqual({ action: 'deny' });
    expect(electron.recorded.opened).toEqual(['https://arxiv.org/abs/1406.1078']);
  });

  it('opens outside only https addresses of the sites that are named', () => {
    expect(isAllowedOutside('https://arxiv.org/abs/1406.1078')).toBe(true);
    for (const address of [
      'http://arxiv.org/',
      'https://arxiv.org.evil.example/',
      'https://evilarxiv.org/',
      'https://user@arxiv.org/',
      'https://arxiv.org:8443/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://arxiv.org/share',
      'not an address',
    ]) {
      expect(isAllowedOutside(address)).toBe(false);
    }
  });

  it('is shown again when its page dies', () => {
    const contents = electron.recorded.windows.at(-1)?.webContents;
    contents?.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(contents?.reloads).toBe(1);
  });

  it('comes back where it was, unless that is on no screen', () => {
    const path = join(folder, 'state.json');
    const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
    expect(readWindowState(path, screens)).toBeNull();
    const state = { x: 100, y: 50, width: 1200, height: 800, maximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path, screens)).toEqual(state);
    writeWindowState(path, { ...state, x: 5000 });
    expect(readWindowState(path, screens)).toBeNull();
    writeFileSync(path, '{"x":');
    expect(readWindowState(path, screens)).toBeNull();
  });
});

describe('the session', () => {
  it('gives no permission', () => {
    const session = new electron.StandInSession();
    denyPermissions(session as unknown as Session);
    const answer = vi.fn();
    session.requestHandler?.({}, 'media', answer);
    expect(answer).toHaveBeenCalledWith(false);
    expect(session.checkHandler?.()).toBe(false);
    expect(session.deviceHandler?.()).toBe(false);
  });

  it('serves the page under a scheme of its own, with a strict policy, and nothing beside it', async () => {
    declarePageScheme();
    expect(electron.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
    const session = new electron.StandInSession();
    servePage(session as unknown as Session, join(folder, 'page'));
    const get = (address: string, method = 'GET') =>
      session.handlers.get('app')?.({ url: address, method } as Request);
    const page = await get('app://workbench/index.html');
    expect(page?.status).toBe(200);
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    for (const address of [
      'app://workbench/../secret.txt',
      'app://workbench/%2e%2e/secret.txt',
      'app://workbench/%2e%2e%2fsecret.txt',
      'app://workbench/..%5csecret.txt',
      'app://workbench/assets',
      'app://other/index.html',
      'app://workbench/%00',
    ]) {
      expect((await get(address))?.status).toBe(404);
    }
    expect((await get('app://workbench/index.html', 'POST'))?.status).toBe(404);
  });
});

describe('ports', () => {
  const nonce = 'a7e3f1de-5b0c-4f5e-9a43-1d2c3b4a5f6e';

  it('are handed to the main frame of the own page, with the number it asked with', () => {
    const ipc = new EventEmitter();
    let ready = true;
    const broker = new PortBroker(ipc as unknown as IpcMain, { engine: () => ready, shell: () => undefined });
    const ask = (frame: object | null, number: unknown) => {
      const posted: unknown[] = [];
      const postMessage = (channel: string, message: unknown) => posted.push([channel, message]);
      const sender = Object.assign(new EventEmitter(), { id: Math.random(), isDestroyed: () => false });
      const senderFrame = frame === null ? null : { postMessage, parent: null, ...frame };
      ipc.emit('ports:request', { sender, senderFrame }, number);
      return posted;
    };
    const offered = (kind: string) => ['ports:offer', { nonce, kind }];
    const own = { origin: 'app://workbench' };
    const window = ask(own, nonce);
    expect(window).toEqual([offered('engine'), offered('shell')]);
    expect(ask({ origin: 'https://evil.example' }, nonce)).toEqual([]);
    expect(ask({ ...own, parent: {} }, nonce)).toEqual([]);
    expect(ask(null, nonce)).toEqual([]);
    expect(ask(own, 'guess')).toEqual([]);
    expect(ask(own, { nonce })).toEqual([]);
    broker.renewEngine();
    expect(window).toEqual([offered('engine'), offered('shell'), offered('engine')]);
    // While no engine serves, there is nothing to hand over.
    ready = false;
    expect(ask(own, nonce)).toEqual([offered('shell')]);
  });
});

class FakeProcess extends EventEmitter {
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  kill(): boolean {
    return true;
  }
}

describe('the engine', () => {
  it('is started again when it ends by itself, tells so, and is asked to save at the end', async () => {
    const processes: FakeProcess[] = [];
    const told: string[] = [];
    const engine = new Engine(
      () => {
        const child = new FakeProcess();
        processes.push(child);
        return child as unknown as UtilityProcess;
      },
      {
        ready: (again) => told.push(again ? 'restored' : 'ready'),
        lost: (reason) => told.push(`lost: ${reason}`),
        busy: (busy) => told.push(`busy: ${busy}`),
        openGpu: () => Promise.reject(new Error('no page')),
      },
    );
    engine.start();
    processes[0]?.emit('message', { report: 'ready' });
    processes[0]?.emit('message', { report: 'nonsense' });
    processes[0]?.emit('message', { report: 'busy', busy: true });
    processes[0]?.emit('exit', 139);
    expect(processes).toHaveLength(2);
    processes[1]?.emit('message', { report: 'ready' });
    expect(told).toEqual(['ready', 'busy: true', 'busy: false', 'lost: exit code 139', 'restored']);
    const closing = engine.close();
    expect(processes[1]?.posted).toEqual([{ order: 'close' }]);
    processes[1]?.emit('exit', 0);
    await closing;
    expect(processes).toHaveLength(2);
    expect(told).toHaveLength(5);
  });

  it('is given ports to the page that computes on the graphics card, or told why there is none', async () => {
    const child = new FakeProcess();
    const port = { port: true } as unknown as MessagePortMain;
    let pages = 1;
    const engine = new Engine(() => child as unknown as UtilityProcess, {
      ready: () => undefined,
      lost: () => undefined,
      busy: () => undefined,
      openGpu: async () => {
        if (pages-- > 0) return port;
        throw new Error('the page did not load');
      },
    });
    engine.start();
    child.emit('message', { report: 'gpu', id: 1 });
    child.emit('message', { report: 'gpu', id: 2 });
    await vi.waitFor(() => expect(child.posted).toHaveLength(2));
    expect(child.posted).toEqual([
      { order: 'gpu', id: 1 },
      { order: 'noGpu', id: 2, reason: expect.stringContaining('the page did not load') },
    ]);
  });

  it('is not started over and over', () => {
    let starts = 0;
    const children: FakeProcess[] = [];
    const engine = new Engine(
      () => {
        starts++;
        const child = new FakeProcess();
        children.push(child);
        return child as unknown as UtilityProcess;
      },
      {
        ready: () => undefined,
        lost: () => undefined,
        busy: () => undefined,
        openGpu: () => Promise.reject(new Error('no page')),
      },
    );
    engine.start();
    for (let i = 0; i < 20; i++) children.at(-1)?.emit('exit', 1);
    expect(starts).toBe(6);
  });
});

describe('what windows may ask of the shell', () => {
  const commands = new ShellCommands();
  const window = () => (electron.recorded.windows.at(-1) ?? null) as never;
  const activity = new Activity(window);
  const languages: string[] = [];
  const router = createShellRouter({
    commands,
    activity,
    window,
    setLanguage: (language) => {
      languages.push(language);
    },
    noteOpened: () => undefined,
  });
  const shell = createClient(router);

  it('chooses files by the dialogs of the system', async () => {
    electron.recorded.answers = { canceled: false, filePaths: ['/a.csv'], filePath: '/b.onnx', response: 0 };
    const filters = [{ name: 'CSV', extensions: ['csv'] }];
    expect(await shell.openFiles({ filters, multiple: true })).toEqual(['/a.csv']);
    expect(await shell.openFolder()).toBe('/a.csv');
    expect(await shell.saveFile({ suggestedName: 'b.onnx', filters })).toBe('/b.onnx');
    electron.recorded.answers = { canceled: true, filePaths: [], filePath: '', response: 0 };
    expect(await shell.openFiles({ filters, multiple: false })).toEqual([]);
    expect(await shell.openFolder()).toBeNull();
    expect(await shell.saveFile({ suggestedName: 'b.onnx', filters })).toBeNull();
  });

  it('refuses addresses that are not allowed, and paths that are not there', async () => {
    const refused = { data: { code: 'access/refused' } };
    await expect(shell.openExternal({ url: 'https://evil.example/' })).rejects.toMatchObject(refused);
    const absent = shell.reveal({ path: join(folder, 'absent') });
    await expect(absent).rejects.toMatchObject({ data: { code: 'usage/invalid' } });
  });

  it('shows progress and keeps the system awake while something trains', async () => {
    await shell.setProgress({ fraction: 0.25 });
    expect(electron.recorded.progress.at(-1)).toBe(0.25);
    expect(electron.recorded.blockers.size).toBe(1);
    await shell.setProgress({ fraction: 0.5 });
    expect(electron.recorded.blockers.size).toBe(1);
    await shell.setProgress({ fraction: null });
    expect(electron.recorded.progress.at(-1)).toBe(-1);
    expect(electron.recorded.blockers.size).toBe(0);
  });

  it('notifies only where nobody looks', async () => {
    await shell.notify({ title: 'Done', body: 'run-001' });
    expect(electron.recorded.shown).toEqual([{ title: 'Done', body: 'run-001' }]);
    electron.recorded.windows.at(-1)?.focus();
    await shell.notify({ title: 'Done', body: 'run-002' });
    expect(electron.recorded.shown).toHaveLength(1);
  });

  it('hands commands to the window, also those that came before it listened', async () => {
    commands.send({ command: 'openPath', path: '/a.gruproj' });
    const stream = await shell.commands();
    expect(await stream.next()).toEqual({ done: false, value: { command: 'openPath', path: '/a.gruproj' } });
    const next = stream.next();
    commands.send({ command: 'train' });
    expect(await next).toEqual({ done: false, value: { command: 'train' } });
    await stream.return(undefined);
    await shell.setLanguage({ language: 'zh' });
    expect(languages).toEqual(['zh']);
  });

  it('keeps a command that a page did not take for the page that comes next', async () => {
    const served = new ShellCommands();
    const left = served.stream(undefined);
    served.send({ command: 'save' });
    served.send({ command: 'train' });
    expect(await left.next()).toEqual({ done: false, value: { command: 'save' } });
    const loadedAnew = served.stream(undefined);
    expect(await loadedAnew.next()).toEqual({ done: false, value: { command: 'train' } });
    expect(await left.next()).toEqual({ done: true, value: undefined });
    const over = new AbortController();
    const aborted = served.stream(over.signal);
    over.abort();
    expect(await aborted.next()).toEqual({ done: true, value: undefined });
    served.send({ command: 'stop' });
    // What is sent while a page goes is not for it, though it still asks.
    served.hold();
    const going = served.stream(undefined);
    expect(await going.next()).toEqual({ done: false, value: { command: 'stop' } });
    const asked = going.next();
    served.hold();
    served.send({ command: 'stop' });
    expect(await asked).toEqual({ done: true, value: undefined });
    expect(await served.stream(undefined).next()).toEqual({ done: false, value: { command: 'stop' } });
  });
});

describe('the menu', () => {
  const template = (language: 'en' | 'zh', platform: NodeJS.Platform, send = vi.fn()) => ({
    send,
    items: menuTemplate({ language, platform, recent: ['/a.gruproj'], developer: false, send }),
  });

  it('says the same in both languages', () => {
    for (const platform of ['darwin', 'win32', 'linux'] as const) {
      const shape = (items: readonly object[]): unknown =>
        items.map((item) => {
          const { label, submenu, ...rest } = item as { label?: string; submenu?: object[] };
          expect(label === undefined || label.length > 0).toBe(true);
          return [Object.keys(rest).sort(), Array.isArray(submenu) ? shape(submenu) : null];
        });
      expect(shape(template('zh', platform).items)).toEqual(shape(template('en', platform).items));
    }
  });

  it('sends commands to the window', () => {
    const { items, send } = template('en', 'linux');
    const clicks = (list: readonly object[]): void => {
      for (const item of list as { click?: () => void; submenu?: object[] }[]) {
        item.click?.();
        if (Array.isArray(item.submenu)) clicks(item.submenu);
      }
    };
    clicks(items);
    const sent = send.mock.calls.map(([command]) => command.command);
    expect([...new Set(sent)].sort()).toEqual(
      ['go', 'new', 'open', 'openPath', 'palette', 'save', 'settings', 'stop', 'train'].sort(),
    );
  });
});

describe('files opened from outside', () => {
  it('are projects, or nothing', () => {
    mkdirSync(join(folder, 'a.gruproj'));
    expect(projectAt(join(folder, 'a.gruproj'))).toBe(join(folder, 'a.gruproj'));
    expect(projectAt(join(folder, 'a.gruproj', 'project.json'))).toBe(join(folder, 'a.gruproj'));
    expect(projectAt(join(folder, 'b.gruproj'))).toBeNull();
    expect(projectAt(join(folder, 'secret.txt'))).toBeNull();
    expect(projectsAmong(['--flag', 'a.gruproj', '.'], folder)).toEqual([join(folder, 'a.gruproj')]);
  });
});
