import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where systems keep a Chromium; the first that exists is taken. */
const places = [
  process.env.GRU_TEST_BROWSER ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The system's browser or Playwright's; undefined where there is none. */
function findBrowser(): string | undefined {
  return [...places, chromium.executablePath()].find((place) => place !== '' && existsSync(place));
}

/** A browser for end-to-end tests: the system's, Playwright's, or the one of the package @sparticuz/chromium. */
export async function browserPath(): Promise<string> {
  return findBrowser() ?? (await import('@sparticuz/chromium')).default.executablePath();
}

/** Starts that browser. */
export async function launchBrowser(extraArguments: readonly string[] = []): Promise<Browser> {
  // Chromium's own sandbox needs privileges that continuous integration does not give.
  const args = ['--no-sandbox', ...extraArguments];
  const found = findBrowser();
  if (found !== undefined) return chromium.launch({ executablePath: found, args });
  const packaged = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await packaged.default.executablePath(),
    args: [...packaged.default.args, ...args],
  });
}
