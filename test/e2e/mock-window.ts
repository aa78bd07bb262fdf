import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../support/browser.ts';
import { type StaticServer, serveFolder } from './static-server.ts';

export type Scheme = 'light' | 'dark';
export type Locale = 'en-US' | 'zh-CN';

/** The built window over made-up data, in a real browser. */
export interface MockWindow {
  /** A page of its own, with nothing stored; problems of the page are collected in `problems`. */
  readonly open: (options?: { scheme?: Scheme; locale?: Locale }) => Promise<Page>;
  /** What the pages complained of: exceptions, errors and refusals of the content security policy. */
  readonly problems: string[];
  readonly close: () => Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whether the built page is newer than everything that it is made from. */
function isBuilt(): boolean {
  const page = join(root, 'out/mock/index.html');
  if (!existsSync(page)) return false;
  const built = statSync(page).mtimeMs;
  return ['renderer', 'engine/contract', 'engine/base', 'package-lock.json', 'test/e2e/mock.vite.config.ts']
    .flatMap((place) => filesUnder(join(root, place)))
    .every((file) => statSync(file).mtimeMs < built);
}

function filesUnder(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Builds the window unless that was done, and serves it; `close` ends the browser and the server. */
export async function openMockWindow(): Promise<MockWindow> {
  if (!isBuilt()) {
    const configFile = fileURLToPath(new URL('./mock.vite.config.ts', import.meta.url));
    await build({ configFile, logLevel: 'error' });
  }
  const server: StaticServer = await serveFolder(fileURLToPath(new URL('../../out/mock', import.meta.url)));
  const browser: Browser = await launchBrowser();
  const problems: string[] = [];
  return {
    problems,
    open: async ({ scheme = 'light', locale = 'en-US' } = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        colorScheme: scheme,
        locale,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(90_000);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      await page.goto(server.address);
      await page.getByRole('navigation').first().waitFor();
      return page;
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Violations that axe finds on a page (WCAG 2.2 A and AA), each as one line. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const violations = await page.evaluate<AxeViolation[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((result) => result.violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.replaceAll('\n', ' ')}`,
    ),
  );
}
