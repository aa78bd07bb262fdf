import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { type MockWindow, openMockWindow, type Scheme } from './mock-window.ts';

/** Where the pictures go: `SCREENSHOTS=folder npm run screenshots`. */
const folder = process.env.SCREENSHOTS ?? 'out/screenshots';

let mock: MockWindow;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  mock = await openMockWindow();
});

afterAll(() => mock.close());

const locales = { en: 'en-US', zh: 'zh-CN' } as const;

for (const language of ['en', 'zh'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    it(`${language} ${scheme}`, { timeout: 600_000 }, () => pictures(language, scheme));
  }
}

async function pictures(language: keyof typeof locales, scheme: Scheme): Promise<void> {
  const page = await mock.open({ scheme, locale: locales[language] });
  const picture = (name: string) =>
    page.screenshot({ path: join(folder, `${name}-${language}-${scheme}.png`) });
  await page.getByRole('button', { name: /weather\.gruproj/ }).waitFor();
  await picture('start');
  await page.getByRole('button', { name: /gru\/weather\.gruproj/ }).click();
  await page.getByRole('cell', { name: 'drizzle' }).first().waitFor();
  await page.locator('canvas').first().waitFor();
  await picture('data');
  await step(page, 1);
  await page.locator('svg[role=img]').first().waitFor();
  await page.locator('input').nth(2).focus();
  await picture('model');
  await page.getByRole('tab').nth(1).click();
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await picture('editor');
  await page.getByRole('tab').nth(2).click();
  await page.locator('.monaco-diff-editor .view-line').first().waitFor();
  await picture('compare');
  for (const [index, name] of ['train', 'understand', 'export'].entries()) {
    await step(page, index + 2);
    await settled(page);
    await picture(name);
  }
  await page.locator('nav').first().locator('button').nth(6).click();
  await settled(page);
  await picture('runs');
  await page.locator('nav').first().locator('button').nth(7).click();
  await settled(page);
  await picture('settings');
  await page.context().close();
}

/** The steps of the rail from 0; Start stands before them. */
async function step(page: Page, index: number): Promise<void> {
  await page
    .locator('nav')
    .first()
    .locator('button')
    .nth(index + 1)
    .click();
}

/** Until nothing says that it is loading and everything has been painted. */
async function settled(page: Page): Promise<void> {
  await page.locator('main h1, main h2, main canvas, main table').first().waitFor();
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))',
  );
}
