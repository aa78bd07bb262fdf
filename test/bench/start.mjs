/**
 * How long web mode takes from the start of its process until the window can be used, and a table of 100 000 rows and 30
 * columns from its drop to its profile and plot: node test/bench/start.mjs
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, serve } from './served.mjs';

const folder = mkdtempSync(join(tmpdir(), 'gru-start-'));
const browser = await launchBrowser();

/** @returns seconds, and what serves. */
async function open(page) {
  const began = performance.now();
  const { served, address } = await serve(folder);
  await page.goto(address);
  await page.getByRole('button', { name: 'Choose a file' }).click({ trial: true });
  return { seconds: (performance.now() - began) / 1000, served };
}

for (let round = 1; round <= 4; round++) {
  const page = await browser.newPage();
  const { seconds, served } = await open(page);
  console.log(`start to usable, ${round}: ${seconds.toFixed(2)} s`);
  if (round === 4) {
    const names = ['time', ...Array.from({ length: 29 }, (_, column) => `x${column}`)];
    const rows = Array.from({ length: 100_000 }, (_, row) =>
      [
        new Date(Date.UTC(2015, 0, 1, row)).toISOString(),
        ...names.slice(1).map((_, i) => (((row * (i + 3)) % 997) / 7).toFixed(4)),
      ].join(','),
    );
    writeFileSync(join(folder, 'large.csv'), [names.join(','), ...rows].join('\n'));
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const began = performance.now();
    await (await chooser).setFiles(join(folder, 'large.csv'));
    await page.getByText('100,000 rows').first().waitFor();
    await page
      .getByText(/^Distinct/)
      .first()
      .waitFor();
    await page.locator('section[aria-label="Plot"] canvas').first().waitFor();
    console.log(`drop to profile and plot: ${((performance.now() - began) / 1000).toFixed(2)} s`);
  }
  await page.close();
  served.kill();
}
await browser.close();
rmSync(folder, { recursive: true, force: true });
