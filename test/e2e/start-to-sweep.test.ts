import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityViolations } from './mock-window.ts';
import { dropFile, goTo, openServedWindow, type ServedWindow } from './served-window.ts';

let served: ServedWindow;
let page: Page;

beforeAll(async () => {
  served = await openServedWindow(false);
  ({ page } = served);
}, 300_000);

afterAll(() => served?.close());

/** Two lists of records in one file: only one of them can be the table. */
const shops = {
  meta: { made: '2026-01-01' },
  daily: Array.from({ length: 120 }, (_, day) => ({
    day: new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10),
    sales: Math.round(100 + 20 * Math.sin(day / 3)),
  })),
  hourly: Array.from({ length: 100 }, (_, hour) => ({
    at: new Date(Date.UTC(2025, 0, 1, hour)).toISOString(),
    visitors: 50 + (hour % 24),
  })),
};

/** Makes a project of a sample, trains it for some epochs, and looks at the run. */
async function trainSample(title: RegExp, name: string, epochs: number): Promise<void> {
  await goTo(page, /^Start/);
  await page.getByRole('button', { name: title }).click();
  await page.getByRole('heading', { name: new RegExp(name) }).waitFor();
  await served.configure(
    (experiment) => ({
      ...experiment,
      name,
      training: { ...experiment.training, epochs, earlyStopping: null },
    }),
    true,
  );
  await goTo(page, /^Train/);
  await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByText(/Trained to the last epoch in/).waitFor();
  await page.getByRole('button', { name: 'Understand this run' }).click();
}

describe('from a file to a sweep, over the real services', { timeout: 600_000 }, () => {
  it('makes a project of a dropped file, reads another list of it, and proposes anew', async () => {
    const zone = page.getByRole('region', { name: 'New project from a file' });
    await dropFile(page, zone, 'shops.json', Buffer.from(JSON.stringify(shops)));
    await page.getByRole('heading', { name: 'shops.json' }).waitFor();
    await page.getByRole('button', { name: 'sales' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Reading' }).click();
    const records = page.getByLabel('Path inside');
    expect(await records.locator('option').allTextContents()).toEqual(['Found: daily', 'daily', 'hourly']);
    await records.selectOption({ label: 'hourly' });
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByRole('button', { name: 'visitors' }).waitFor();
    await page.getByText(/^The columns have changed/).waitFor();
    await page.getByRole('button', { name: 'Propose a configuration' }).first().click();
    await page.getByRole('tabpanel').getByRole('button', { name: 'Propose a configuration' }).click();
    await page.getByRole('button', { name: 'Use this proposal' }).click();
    await page.getByText(/^The columns have changed/).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Role of visitors').inputValue()).toBe('featureAndTarget');
  });

  it('trains a classifier of a sample, and shows what it takes for what', async () => {
    await trainSample(/^Gestures from an accelerometer/, 'gestures', 4);
    const matrix = page.getByRole('region', { name: 'Confusion matrix' });
    await matrix.getByText('circle').first().waitFor();
    await page.getByRole('region', { name: 'ROC curves' }).waitFor();
    await page.getByRole('region', { name: 'Precision and recall' }).waitFor();
    const worst = page.getByRole('region', { name: 'Worst samples' }).first();
    const losses = await worst.locator('tbody tr td:nth-of-type(5)').allTextContents();
    expect(losses.length).toBeGreaterThan(2);
    expect(losses.map(Number)).toEqual(losses.map(Number).toSorted((a, b) => b - a));
    expect(await accessibilityViolations(page)).toEqual([]);
    await worst.getByRole('button', { name: 'Look inside' }).first().click();
    await page.getByRole('region', { name: 'Update gate z', exact: true }).waitFor();
  });

  it('hands out a chart as values and as a picture', async () => {
    await goTo(page, /^Train/);
    const open = () => page.getByRole('button', { name: 'Copy and save Loss' }).click();
    await open();
    await page.getByRole('menuitem', { name: 'Copy values (CSV)' }).click();
    await page.getByText('Copied to the clipboard.').first().waitFor();
    const [header, ...lines] = (await page.evaluate<string>('navigator.clipboard.readText()'))
      .trim()
      .split(/\r?\n/);
    expect(header).toContain('Training');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((line) => line.split(',').length === header?.split(',').length)).toBe(true);
    await open();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save picture (PNG)' }).click();
    const picture = await readFile(await (await download).path());
    expect([...picture.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(picture.length).toBeGreaterThan(2000);
  });

  it('searches a grid, and shows the runs through their settings', async () => {
    await goTo(page, /^Runs/);
    await page.getByRole('tab', { name: 'Sweeps' }).click();
    await page.getByRole('button', { name: 'New sweep' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('rates');
    await page.getByText('Grid', { exact: true }).click();
    await page.getByLabel('Values', { exact: true }).selectOption('choice');
    await page.getByLabel('Values, separated by commas').fill('0.001, 0.01, 0.02');
    await page.getByText('The grid has 3 points.').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start the sweep' }).click();
    const sweep = page.getByRole('region', { name: 'rates', exact: true });
    await sweep.getByText('3 of 3 runs').first().waitFor();
    await sweep.getByText(/^Best: \d/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await sweep.getByRole('button', { name: 'Use the best configuration' }).click();
    await page.getByText(/^The configuration is that of run-\d+/).waitFor();
    await page.getByRole('tab', { name: 'Parallel coordinates' }).click();
    await page
      .getByLabel(/Every run is a line/)
      .first()
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Runs', exact: true }).click();
    await page.getByText('4 of 4 runs').waitFor();
  });

  it('lets a language model write, the same text for the same seed', async () => {
    await trainSample(/^Seven sonnets/, 'sonnets', 2);
    await page.getByRole('tab', { name: 'Write' }).click();
    await page.getByLabel('Beginning').fill('Shall I ');
    await page.getByLabel('Tokens at most').fill('40');
    const write = page.getByRole('tabpanel').getByRole('button', { name: 'Write' });
    const texts = async (): Promise<string[]> => {
      // What was written before goes as soon as new texts are asked for.
      await page.evaluate(
        'document.querySelector("section[aria-label^=What]")?.setAttribute("data-old", "")',
      );
      await write.click();
      const fresh = page.locator('section[aria-label^="What"]:not([data-old])');
      await fresh.waitFor();
      return fresh.locator('p').allTextContents();
    };
    const [first] = await texts();
    expect(first?.length).toBeGreaterThan(10);
    expect(first?.length).toBeLessThanOrEqual(40);
    expect(await texts()).toEqual([first]);
    await page.getByLabel('Seed').fill('2');
    expect(await texts()).not.toEqual([first]);
    await page.getByText('Likeliest text').click();
    await page.getByLabel('Beam width').fill('3');
    expect(await texts()).toHaveLength(3);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(served.problems).toEqual([]);
  });
});
