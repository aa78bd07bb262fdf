import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { changeConfiguration, root } from './desktop.ts';

/** REQUIRE_ELECTRON=1, where the program of Electron was fetched: without it the suite fails. */
const required = process.env.REQUIRE_ELECTRON === '1';
const program = electronProgram();
const absent = typeof program === 'string' ? null : program.reason;

/** Electron's own program, which its package fetches from its releases; or why it cannot be run here. */
function electronProgram(): string | { readonly reason: string } {
  const folder = join(root, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  const path = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8').trim()) : null;
  if (path === null || !existsSync(path)) {
    return { reason: 'the program of Electron is not here: node node_modules/electron/install.js' };
  }
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return path;
  return { reason: 'there is no display here: xvfb-run' };
}

it('the real Electron is here', ({ skip }) => {
  if (absent === null) return;
  if (required) throw new Error(absent);
  skip(absent);
});

describe('the desktop program in the real Electron', { timeout: 300_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'gru-electron-'));
  let electron: ElectronApplication;
  let page: Page;

  beforeEach(({ skip }) => {
    if (absent !== null) skip(absent);
  });
  beforeAll(async () => {
    if (absent !== null) return;
    // Chromium refuses to be sandboxed by root.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    electron = await _electron.launch({
      executablePath: String(program),
      args: [root, '--lang=en-US', ...asRoot],
      env: { ...withoutNothing(process.env), GRU_WORKBENCH_HOME: home },
    });
    page = await electron.firstWindow();
    page.setDefaultTimeout(60_000);
  }, 120_000);
  afterAll(async () => {
    if (absent !== null) return;
    await answer(0);
    await electron.close();
    rmSync(home, { recursive: true, force: true });
  }, 90_000);

  /** What the person answers to every question from now on. */
  const answer = (response: number) =>
    electron.evaluate(({ dialog }, given) => {
      dialog.showMessageBox = () => Promise.resolve({ response: given, checkboxChecked: false });
    }, response);

  /** Chooses an item of the menu by the labels on the way to it. */
  const choose = (...labels: readonly string[]) =>
    electron.evaluate(({ Menu }, names) => {
      let items = Menu.getApplicationMenu()?.items ?? [];
      for (const [index, name] of names.entries()) {
        const found = items.find(({ label }) => label === name);
        if (found === undefined) throw new Error(`The menu has no ${name}`);
        if (index === names.length - 1) found.click();
        items = found.submenu?.items ?? [];
      }
    }, labels);

  const enginePid = () =>
    electron.evaluate(
      ({ app }) =>
        app.getAppMetrics().find(({ serviceName, name }) => /engine/.test(`${serviceName} ${name}`))?.pid ??
        0,
    );

  const project = (...path: readonly string[]): string => {
    const [name = ''] = readdirSync(join(home, 'projects'));
    return join(home, 'projects', name, ...path);
  };

  const configure = (epochs: number): void =>
    changeConfiguration(project('config.json'), ({ training }) => ({
      training: { ...training, epochs, earlyStopping: null },
    }));

  it('shows its page, which reaches nothing of Node', async () => {
    await page.getByRole('button', { name: /Seattle/ }).waitFor();
    expect(page.url()).toBe('app://workbench/index.html');
    expect(await page.evaluate('[typeof require, typeof process, typeof module]')).toEqual(
      new Array(3).fill('undefined'),
    );
    expect(await page.evaluate('typeof window.workbenchFiles.pathOf')).toBe('function');
    const preferences = await electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as
        | { getLastWebPreferences?: () => Record<string, unknown> | null }
        | undefined;
      return contents?.getLastWebPreferences?.() ?? null;
    });
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false });
  });

  it('makes a project of a sample, trains it by the menu, and exports a model that ONNX Runtime agrees with', async () => {
    await page.getByRole('button', { name: /Seattle/ }).click();
    await page.getByText('All changes saved').waitFor();
    configure(2);
    await page.reload();
    await page.getByText('All changes saved').waitFor();
    await choose('Training', 'Start Training');
    await page.getByText(/Trained to the last epoch in/).waitFor();
    await choose('View', 'Understand');
    await page.getByRole('region', { name: /^Predictions against truth/ }).waitFor();
    await choose('View', 'Export');
    await page.getByRole('button', { name: /^ONNX/ }).first().click();
    await page.getByRole('button', { name: /^Write ONNX/ }).click();
    await page.getByText(/^Largest difference in onnxruntime.*: \d/).waitFor();
    await choose('View', 'Runs');
    await page.getByRole('table', { name: 'Runs of the project' }).waitFor();
  });

  it('survives the death of its engine: the window stays, the run can be resumed', async () => {
    configure(3000);
    await page.reload();
    await page.getByText('All changes saved').waitFor();
    await choose('Training', 'Start Training');
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor();
    const first = await enginePid();
    process.kill(first, 'SIGKILL');
    await vi.waitFor(async () => expect([0, first]).not.toContain(await enginePid()), 60_000);
    await page.getByText('It can go on from its last checkpoint.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Resume' }).first().click();
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor();
  });

  it('speaks Chinese at once, in the menu too', async () => {
    await choose('View', 'Command Palette…');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('中文');
    await page.getByRole('dialog').getByRole('button', { name: '中文' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('html[lang="zh-CN"]').waitFor();
    await vi.waitFor(() => choose('视图', '数据'), 10_000);
    await page.getByRole('heading', { name: /seattle/ }).waitFor();
  });

  it('asks before it ends in training, and goes on when the person says so', async () => {
    await answer(1);
    await electron.evaluate(({ app }) => app.quit());
    await choose('视图', '训练');
    await page.getByRole('main').getByRole('button', { name: '暂停' }).waitFor();
  });
});

/** The environment without what is not set. */
function withoutNothing(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
