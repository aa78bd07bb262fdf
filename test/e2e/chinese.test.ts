import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServedWindow, type ServedWindow } from './served-window.ts';

let served: ServedWindow;
let page: Page;

beforeAll(async () => {
  served = await openServedWindow();
  ({ page } = served);
}, 300_000);

afterAll(() => served?.close());

/** Three English words in a row, of what the window shows: not of code, of the person's files or of sources. */
const englishShown = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element.closest('pre, code, .code, .katex, .monaco-editor, cite, option, style, script, [data-source]')) continue;
    const own = node.textContent.replace(/"[^"]*"|“[^”]*”/g, '');
    if (/(?:[A-Za-z][a-z]+[ ,]+){2}[a-z]+/.test(own)) found.push(node.textContent.trim());
  }
  return [...new Set(found)];
})()`;

describe('the window in Chinese, over the real services', { timeout: 600_000 }, () => {
  it('says nothing in English on any screen', async () => {
    await served.configure((experiment) => ({
      ...experiment,
      data: { ...experiment.data, window: 14, horizon: 3 },
      model: {
        ...experiment.model,
        layers: experiment.model.layers.slice(0, 1).map((layer) => ({ ...layer, units: 6 })),
      },
      training: { ...experiment.training, epochs: 3 },
    }));
    await page.keyboard.press('Control+K');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('中文');
    await page.getByRole('dialog').getByRole('button', { name: '中文' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('html[lang="zh-CN"]').waitFor();
    const english: string[] = [];
    const look = async (where: string): Promise<void> => {
      const shown = await page.evaluate<string[]>(englishShown);
      english.push(...shown.map((text) => `${where}: ${text}`));
    };
    const rail = page.getByRole('navigation').first();
    const main = page.getByRole('main');
    const go = async (step: RegExp): Promise<void> => {
      await rail.getByRole('button', { name: step }).click();
      await main.locator('h1, h2, table, canvas, [role=tab]').first().waitFor();
    };
    const tabs = async (where: string): Promise<void> => {
      for (const tab of await main.getByRole('tab').all()) {
        await tab.click();
        await main.getByRole('tabpanel').first().waitFor();
        await look(`${where}, ${await tab.textContent()}`);
      }
    };
    await go(/^数据/);
    await main.locator('canvas').first().waitFor();
    await tabs('data');
    await go(/^模型/);
    await tabs('model');
    await page.keyboard.press('Control+Enter');
    await main.getByText('已完成').first().waitFor({ timeout: 120_000 });
    await main.getByRole('switch').first().click();
    await look('train');
    await go(/^理解/);
    await main.locator('canvas').first().waitFor();
    await tabs('understand');
    await go(/^导出/);
    const formats = main.getByRole('list').first().getByRole('button');
    await formats.first().waitFor();
    expect(await formats.count()).toBeGreaterThan(8);
    for (const format of await formats.all()) {
      await format.click();
      await look(`export ${await format.textContent()}`);
    }
    await main.getByRole('button', { name: /^写入/ }).click();
    await main.getByRole('heading', { name: '文件' }).waitFor();
    await look('written');
    await go(/^运行/);
    await tabs('runs');
    await go(/^设置/);
    await page.getByText('reference').first().waitFor();
    await look('settings');
    await go(/^开始/);
    await look('start');
    expect(english).toEqual([]);
  });
});
