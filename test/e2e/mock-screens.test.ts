import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityViolations, type MockWindow, openMockWindow } from './mock-window.ts';

let mock: MockWindow;

beforeAll(async () => {
  mock = await openMockWindow();
}, 600_000);

afterAll(() => mock?.close());

async function openProject(page: Page): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('button', { name: /gru\/weather\.gruproj/ })
    .click();
  await page.getByRole('heading', { name: 'seattle-weather.csv' }).waitFor();
}

async function go(page: Page, step: RegExp): Promise<void> {
  await page.getByRole('navigation').first().getByRole('button', { name: step }).click();
}

/** Runs a command from the palette by keyboard, once the palette listens and has found it. */
async function command(page: Page, placeholder: string, name: string): Promise<void> {
  await page.keyboard.press('Control+K');
  await page.locator(`input:focus[placeholder="${placeholder}"]`).waitFor();
  await page.keyboard.type(name);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: new RegExp(name) })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
}

/** The text that the editor shows. */
async function editorText(page: Page): Promise<string> {
  return (await page.locator('.monaco-editor .view-lines').first().textContent()) ?? '';
}

/** Waits until the editor shows a text, whatever spaces it shows it with. */
async function untilEditorShows(page: Page, part: string): Promise<void> {
  await expect
    .poll(async () => (await editorText(page)).replaceAll('\u00a0', ' '), { timeout: 90_000 })
    .toContain(part);
}

describe('the window over made-up data', { timeout: 300_000 }, () => {
  it('shows the table, sets a role, and the text and the form agree; undo spans both', async () => {
    const page = await mock.open();
    await openProject(page);
    await page.getByRole('cell', { name: 'drizzle' }).first().waitFor();
    await page.getByLabel('Role of temp_min').selectOption('target');
    await go(page, /^Model/);
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('weekly');
    await untilEditorShows(page, '"name": "weekly"');
    await untilEditorShows(page, '"role": "target"');

    // From the text to the form.
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('{ "name": "from text", "training": { "batchSize": 7 } }');
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Batch size' }).inputValue(), { timeout: 90_000 })
      .toBe('7');
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('from text');

    // Back over the text, then over the form, then over the role on the other screen.
    await page.keyboard.press('Control+Z');
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Batch size' }).inputValue(), { timeout: 90_000 })
      .toBe('32');
    await untilEditorShows(page, '"name": "weekly"');
    await page.getByRole('button', { name: 'Undo' }).click();
    await untilEditorShows(page, '"name": "seattle-weather"');
    await page.getByRole('button', { name: 'Undo' }).click();
    await go(page, /^Data/);
    expect(await page.getByLabel('Role of temp_min').inputValue()).toBe('feature');
    await page.context().close();
  });

  it('shows an error of the text at its line, and keeps the form from hiding it', async () => {
    const page = await mock.open();
    await openProject(page);
    await go(page, /^Model/);
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page
      .locator('.monaco-editor .view-line span')
      .filter({ hasText: /^"window"$/ })
      .last()
      .dblclick();
    await page.keyboard.insertText('windox');
    await page.getByText(/^33: .*windox/).waitFor();
    await page.getByText('Saved; the configuration has an error').waitFor();
    expect(await page.getByRole('textbox', { name: 'Batch size' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Undo the text' }).click();
    await page.getByText('All changes saved').waitFor();
    expect(await page.getByRole('textbox', { name: 'Batch size' }).isEnabled()).toBe(true);
    await page.context().close();
  });

  it('refuses a number that the schema refuses, and says what is allowed', async () => {
    const page = await mock.open();
    await openProject(page);
    await go(page, /^Model/);
    const batch = page.getByRole('textbox', { name: 'Batch size' });
    await batch.fill('0');
    await page.getByText('A number from 1 to 65536').waitFor();
    await batch.blur();
    expect(await batch.inputValue()).toBe('32');
    await page.getByText('All changes saved').waitFor();
    await page.context().close();
  });

  it('keeps rows in view while scrolling to the end of the table', async () => {
    const page = await mock.open();
    await openProject(page);
    const table = page.getByRole('region', { name: 'Preview' });
    await page.getByRole('cell', { name: 'drizzle' }).first().waitFor();
    for (const top of [4000, 9000, 17_000, 40_000]) {
      await page.evaluate(
        `document.querySelector('[role=table]').parentElement.parentElement.scrollTo({ top: ${top} })`,
      );
      expect(await table.getByRole('row').count()).toBeGreaterThan(5);
    }
    await table.getByRole('rowheader', { name: '1,461' }).waitFor();
    await page.context().close();
  });

  it('explains the field that has the focus, with its formula and its source', async () => {
    const page = await mock.open();
    await openProject(page);
    await go(page, /^Model/);
    await page.getByRole('textbox', { name: 'Learning rate', exact: true }).focus();
    const panel = page.getByRole('complementary');
    await panel.getByRole('heading', { name: 'Learning rate' }).waitFor();
    await panel.locator('math').first().waitFor();
    await panel.getByText('0.001 (as PyTorch, Keras (Adam))').waitFor();
    await page.getByLabel('Gradient clipping').first().focus();
    await panel.getByText('Pascanu et al. 2013').first().waitFor();
    await panel.getByRole('button', { name: 'Hide explanations' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'seattle-weather', exact: true }).waitFor();
    expect(await page.getByRole('complementary').count()).toBe(0);
    await page.context().close();
  });

  it('changes language and theme without a reload, from the palette and by keyboard', async () => {
    const page = await mock.open();
    await command(page, 'Search commands, fields and runs', '中文');
    await page.getByRole('heading', { name: '最近的项目' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await command(page, '搜索命令、字段和运行', '深色');
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await page.context().close();
  });

  it('finds a setting and a run in the palette', async () => {
    const page = await mock.open();
    await openProject(page);
    await command(page, 'Search commands, fields and runs', 'Batch size');
    await expect
      .poll(() => page.locator('[data-setting="training.batchSize"] input:focus').count())
      .toBeGreaterThan(0);
    await page.getByRole('complementary').getByRole('heading', { name: 'Batch size' }).waitFor();
    await go(page, /^Runs/);
    const name = await page
      .getByLabel(/^Name of/)
      .first()
      .inputValue();
    await command(page, 'Search commands, fields and runs', name);
    await page
      .getByRole('navigation')
      .first()
      .locator('[aria-current]')
      .filter({ hasText: 'Train' })
      .waitFor();
    await page.context().close();
  });

  it('zooms the plot of a column by dragging and by keys, to rows that are read anew', async () => {
    const page = await mock.open();
    await openProject(page);
    const plot = page.getByRole('img', { name: /Drag zooms/ });
    const all = page.getByRole('button', { name: 'Show everything' });
    const box = await plot.boundingBox();
    if (box === null) throw new Error('The plot has no place');
    const drag = async (from: number, to: number): Promise<void> => {
      await page.mouse.move(box.x + from * box.width, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + to * box.width, box.y + box.height / 2, { steps: 4 });
      await page.mouse.up();
    };
    /** First and last row of the table that stands for the plot. */
    const rows = async (): Promise<number[]> => {
      await page.getByRole('button', { name: 'As a table' }).click();
      const cells = page.getByRole('region', { name: 'As a table' }).locator('tbody tr td:first-child');
      const shown = (await cells.allTextContents()).map((text) => Number(text.replaceAll(',', '')));
      await page.getByRole('button', { name: 'As a chart' }).click();
      return [shown[0] ?? 0, shown.at(-1) ?? 0];
    };
    const [first = 0, last = 0] = await rows();
    expect(first).toBe(1);
    await drag(0.5, 0.7);
    await all.waitFor();
    await expect.poll(async () => (await rows())[0], { timeout: 20_000 }).toBeGreaterThan(last * 0.4);
    expect((await rows())[1]).toBeLessThan(last * 0.75);
    await plot.focus();
    await page.keyboard.press('Home');
    await all.waitFor({ state: 'detached' });
    await expect.poll(rows, { timeout: 20_000 }).toEqual([first, last]);
    await page.context().close();
  });

  it('trains from the keyboard, and shows the training on every screen until it is stopped', async () => {
    const page = await mock.open();
    await openProject(page);
    await page.keyboard.press('Control+Enter');
    const bar = page.getByRole('region', { name: 'Running training' });
    await bar.getByText(/epoch [1-9]\d* of 40/).waitFor();
    await page.keyboard.press('1');
    await page.getByRole('heading', { name: 'seattle-weather.csv' }).waitFor();
    await bar.getByRole('button', { name: 'Pause' }).click();
    await bar.getByText('paused').waitFor();
    await bar.getByRole('button', { name: 'Resume' }).click();
    await page.keyboard.press('Control+.');
    await bar.waitFor({ state: 'detached' });
    await page.context().close();
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`has no accessibility violation on Start, Data, Model and Settings, ${scheme}`, async () => {
      const page = await mock.open({ scheme });
      const found: Record<string, string[]> = {};
      found.start = await accessibilityViolations(page);
      await openProject(page);
      await page.getByRole('cell', { name: 'drizzle' }).first().waitFor();
      found.data = await accessibilityViolations(page);
      for (const tab of ['Problems', 'Column', 'Proposal']) {
        await page.getByRole('tab', { name: tab }).click();
        found[`data ${tab}`] = await accessibilityViolations(page);
      }
      await go(page, /^Model/);
      await page.getByRole('img', { name: /Drawing of the network/ }).waitFor();
      await page.getByLabel('Optimizer').first().focus();
      found.model = await accessibilityViolations(page);
      await go(page, /^Settings/);
      await page.getByRole('heading', { name: 'Device report' }).waitFor();
      found.settings = await accessibilityViolations(page);
      await page.keyboard.press('Control+K');
      await page.getByPlaceholder('Search commands').waitFor();
      found.palette = await accessibilityViolations(page);
      expect(
        Object.fromEntries(Object.entries(found).filter(([, violations]) => violations.length > 0)),
      ).toEqual({});
      await page.context().close();
    });
  }

  it('made no page complain', () => {
    expect(mock.problems).toEqual([]);
  });
});
