import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Experiment } from '../../engine/contract/experiment.ts';
import { createServiceHost } from '../../main/hosts/service-host.ts';
import { createThreadTrainer } from '../../main/hosts/thread-trainer.ts';
import { BrowserGpu, startBrowserGpu } from '../../main/server/browser-gpu.ts';
import { startServer, transferPaths } from '../../main/server/server.ts';
import { folderGuard } from '../../main/services/projects/path-guard.ts';
import { createTrainer } from '../../main/services/runs/trainer.ts';
import { createRouter } from '../../main/services/workbench/router.ts';
import { Workbench } from '../../main/services/workbench/workbench.ts';
import { launchBrowser } from '../support/browser.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As `npm ci` and `npm run build` leave it. */
const builtPage = join(root, 'out/renderer');

/** The built window over the real services in web mode, on a project of the weather sample, in a real browser. */
export interface ServedWindow {
  readonly page: Page;
  /** What the page complained of. */
  readonly problems: readonly string[];
  /** Changes a project's configuration, as another window would: that of the weather, or the one opened last. */
  readonly configure: (change: (experiment: Experiment) => Experiment, newest?: boolean) => Promise<void>;
  /** The project's configuration as it is stored. */
  readonly configuration: () => Promise<Experiment>;
  /** A path in the project. */
  readonly path: (...parts: readonly string[]) => string;
  readonly close: () => Promise<void>;
}

/** Gives a file to whatever takes dropped files, as a person lets go of it there. */
export async function dropFile(
  page: Page,
  target: Locator,
  name: string,
  bytes: Uint8Array,
  over?: () => Promise<void>,
): Promise<void> {
  const base64 = Buffer.from(bytes).toString('base64');
  const dataTransfer = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], ${JSON.stringify(name)}));
    return transfer;
  })()`);
  await target.dispatchEvent('dragenter', { dataTransfer });
  await over?.();
  await target.dispatchEvent('drop', { dataTransfer });
}

/**
 * @param opened whether the host is started with the project, so that the page opens it; otherwise the page begins at the
 * start.
 * @param gpu whether the browser has WebGPU, on its software adapter, and runs train in threads that can reach it.
 */
export async function openServedWindow(opened = true, gpu = false): Promise<ServedWindow> {
  if (!existsSync(join(builtPage, 'index.html'))) throw new Error('The window is not built: npm run build');
  const folder = await mkdtemp(join(tmpdir(), 'gru-window-'));
  await cp(join(root, 'resources/samples/seattle-weather.csv'), join(folder, 'weather.csv'));
  const browserGpu = new BrowserGpu();
  const host = gpu ? createServiceHost(() => startBrowserGpu(browserGpu)) : createServiceHost();
  const workbench = new Workbench({
    host,
    trainer: gpu ? createThreadTrainer(() => browserGpu.open) : createTrainer(host),
    guard: folderGuard(folder),
    configuration: join(folder, 'configuration'),
    projects: folder,
    start: opened ? join(folder, 'weather.gruproj') : null,
    kind: 'web',
    transfer: transferPaths,
  });
  const client = createRouterClient(createRouter(workbench), { context: {} });
  const { project } = await client.projects.createFromFile({
    folder: join(folder, 'weather.gruproj'),
    file: join(folder, 'weather.csv'),
    task: 'forecast',
    targets: ['temp_max'],
  });
  const server = await startServer({
    workbench,
    page: builtPage,
    port: 0,
    uploads: join(folder, 'uploads'),
    uploadLimit: 2 ** 20,
    browserGpu,
  });
  const software = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  const browser: Browser = await launchBrowser(gpu ? software : []);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(server.address);
  if (opened) await page.getByText('All changes saved').waitFor();
  return {
    page,
    problems,
    configure: async (change, newest = false) => {
      const [recent] = newest ? await client.projects.recent() : [];
      const changed = recent?.path ?? project.project;
      const stored = await client.experiments.get({ project: changed });
      if (stored.experiment === null) throw new Error('the configuration is not valid');
      const text = JSON.stringify(change(stored.experiment));
      await client.experiments.save({ project: changed, text, revision: stored.revision });
    },
    configuration: async () => {
      const { experiment } = await client.experiments.get({ project: project.project });
      if (experiment === null) throw new Error('the configuration is not valid');
      return experiment;
    },
    path: (...parts) => join(folder, 'weather.gruproj', ...parts),
    close: async () => {
      await browser.close();
      await server.close();
      await workbench.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Goes to a screen by its name in the rail. */
export async function goTo(page: Page, step: RegExp): Promise<void> {
  await page.getByRole('navigation').first().getByRole('button', { name: step }).click();
}
