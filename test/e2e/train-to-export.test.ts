import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityViolations } from './mock-window.ts';
import { dropFile, goTo, openServedWindow, type ServedWindow } from './served-window.ts';

let served: ServedWindow;
let page: Page;

beforeAll(async () => {
  served = await openServedWindow();
  ({ page } = served);
}, 300_000);

afterAll(() => served?.close());

/** The value beside the name of a curve. */
async function readout(chart: string, curve: string): Promise<string> {
  const button = page.getByRole('region', { name: chart, exact: true }).getByRole('button', { name: curve });
  return (await button.locator('span').last().textContent()) ?? '';
}

/** Every pixel of a chart as text, to tell whether it was drawn anew. */
async function picture(chart: string): Promise<string> {
  return page.evaluate<string>(`document.querySelector('section[aria-label="${chart}"] canvas').toDataURL()`);
}

async function stepShown(): Promise<number> {
  const shown = await page
    .locator('dt', { hasText: /^Step$/ })
    .locator('xpath=following-sibling::dd')
    .textContent();
  return Number((shown ?? '').split(' ')[0]?.replaceAll(',', ''));
}

function small(epochs: number) {
  return served.configure((experiment) => ({
    ...experiment,
    name: `weather ${epochs}`,
    data: { ...experiment.data, window: 14, horizon: 3 },
    model: {
      ...experiment.model,
      layers: experiment.model.layers.slice(0, 1).map((layer) => ({ ...layer, units: 6 })),
    },
    training: { ...experiment.training, epochs, earlyStopping: null },
  }));
}

describe('from training to export, over the real services', { timeout: 600_000 }, () => {
  it('trains, shows moving charts, pauses, and finds everything after a reload', async () => {
    await small(3000);
    await goTo(page, /^Train/);
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click();
    await expect.poll(stepShown, { timeout: 120_000 }).toBeGreaterThan(50);
    const before = await picture('Loss');
    await expect.poll(() => picture('Loss'), { timeout: 60_000 }).not.toBe(before);
    await page.getByRole('main').getByRole('button', { name: 'Learning rate', exact: true }).click();
    await page.getByRole('button', { name: 'Halve' }).click();
    await page
      .getByText(/learning rate is multiplied by 0.5\.$/)
      .first()
      .waitFor();

    await page.getByRole('main').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('main').getByText('paused', { exact: true }).first().waitFor();
    await page.reload();
    await goTo(page, /^Train/);
    await page.getByRole('main').getByText('paused', { exact: true }).first().waitFor();
    const paused = await stepShown();
    expect(paused).toBeGreaterThan(50);
    await expect.poll(() => readout('Loss', 'Training'), { timeout: 30_000 }).toMatch(/^\d/);
    await expect.poll(() => readout('Gate saturation', 'Update gate'), { timeout: 30_000 }).toMatch(/^\d/);
    // The naive forecasts are on the chart from the start.
    await page
      .getByRole('button', { name: /^Last value/ })
      .first()
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);

    await page.getByRole('main').getByRole('button', { name: 'Resume' }).click();
    await expect.poll(stepShown, { timeout: 60_000 }).toBeGreaterThan(paused);
    await page.getByRole('main').getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/was stopped at step/).waitFor();
  });

  it('trains to the end and says whether that was better than naive forecasts', async () => {
    await small(3);
    await page.getByRole('main').getByRole('button', { name: 'Train again' }).click();
    // The newest run is shown; only one that was trained to its end has results.
    await page
      .getByRole('region', { name: 'On the test set' })
      .getByText(/(better|worse) than/)
      .waitFor();
    await page.getByText(/Trained to the last epoch in/).waitFor();
  });

  it('shows predictions, gates and gradients of the finished run', async () => {
    await page.getByRole('button', { name: 'Understand this run' }).click();
    await page.getByRole('region', { name: /^Predictions against truth/ }).waitFor();
    await page.getByLabel('Steps ahead').selectOption('2');
    await page.getByRole('region', { name: 'Distribution of residuals' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page
      .getByRole('button', { name: /^Look inside/ })
      .first()
      .click();
    for (const name of ['Update gate z', 'Reset gate r', 'Candidate state', 'Hidden state h']) {
      await page.getByRole('region', { name, exact: true }).waitFor();
    }
    await page.getByText(/^(Vanishing|Exploding|Steady):/).waitFor();
    const map = page.getByRole('region', { name: 'Update gate z' }).getByRole('img');
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await page
      .getByText(/^timestep 2 .*unit 1: 0\.\d+/)
      .first()
      .waitFor();
    await page.getByRole('slider', { name: 'Weights' }).press('Home');
    await page.getByText(/^epoch \d+, step \d+/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it('compares runs: curves, what differs, and the table with notes, deletion and undo', async () => {
    await goTo(page, /^Runs/);
    await page.getByRole('table', { name: 'Runs of the project' }).waitFor();
    const note = page.getByRole('textbox', { name: 'Note on weather 3', exact: true });
    await note.fill('the short one');
    await note.press('Enter');
    await page.getByLabel('Filter').fill('short');
    await page.getByText('1 of 2 runs').waitFor();
    await page.getByLabel('Filter').fill('');
    await page.getByLabel('Compare all shown').check();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('tab', { name: /^Compare/ }).click();
    await page.getByRole('rowheader', { name: 'training.epochs' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Runs' }).click();
    await page.getByRole('button', { name: 'Actions for weather 3000' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('1 of 1 runs').waitFor();
    const notice = page.getByRole('alert').filter({ hasText: '1 run was deleted.' });
    await notice.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('2 of 2 runs').waitFor();
  });

  it('keeps a named version of the configuration, shows it beside the present one and brings it back', async () => {
    await goTo(page, /^Model/);
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog', { name: 'Keep a named version' });
    await dialog.getByLabel('Name').fill('three epochs');
    expect(await accessibilityViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The configuration was kept as "three epochs".').waitFor();
    await small(7);
    await page.getByRole('tab', { name: 'Compare' }).click();
    const chooser = page.getByLabel('Compare with');
    await chooser.selectOption({ label: 'three epochs' });
    await page.getByRole('button', { name: 'Take over this configuration' }).click();
    await page
      .getByText('The configuration of three epochs is now the present one.', { exact: false })
      .waitFor();
    await expect.poll(async () => (await served.configuration()).training.epochs).toBe(3);
  });

  it('exports and shows how far the other tool is from us', async () => {
    await goTo(page, /^Export/);
    await page.getByRole('button', { name: /^ONNX/ }).first().click();
    await page.getByRole('button', { name: /^Write ONNX/ }).click();
    await page.getByText(/^Largest difference in .*: \d/).waitFor();
    await page
      .getByRole('button', { name: /^Copy the code/ })
      .first()
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it('brings the exported model back in when it is dropped, as a run that measures the same', async () => {
    const file =
      (await page
        .getByText(/\.onnx$/)
        .first()
        .textContent()) ?? '';
    const screen = page.getByRole('region', { name: 'Export', exact: true });
    await dropFile(page, screen, 'dropped.onnx', await readFile(file), () =>
      page.getByText('Drop a model file to bring it in as a run').waitFor(),
    );
    await page.getByText(/^run-003 came in from ONNX with [\d,]+ parameters/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await goTo(page, /^Runs/);
    const table = page.getByRole('table', { name: 'Runs of the project' });
    await page.getByText('3 of 3 runs').waitFor();
    const headers = await table.getByRole('columnheader').allTextContents();
    const measured = async (run: string): Promise<string[]> => {
      const name = page.getByRole('textbox', { name: `Name of ${run}`, exact: true });
      const cells = await table.getByRole('row').filter({ has: name }).getByRole('cell').allTextContents();
      // The first column, of checkboxes, has no header.
      return cells.filter((_, index) => /\(test\)/.test(headers[index - 1] ?? ''));
    };
    const original = await measured('weather 3');
    expect(original.length).toBeGreaterThan(2);
    expect(await measured('dropped.onnx')).toEqual(original);
  });

  it('says what is wrong with a file that is no model', async () => {
    await page.getByRole('button', { name: 'Bring in a model' }).waitFor();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Bring in a model' }).click();
    await (await chooser).setFiles({ name: 'notes.onnx', mimeType: '', buffer: Buffer.from('not a model') });
    await page.getByText(/^This is not a sound ONNX file/).waitFor();
  });

  it('speaks Chinese on every one of these screens, at once', async () => {
    await page.keyboard.press('Control+K');
    await page.getByPlaceholder('Search commands, fields and runs').fill('中文');
    await page.getByRole('button', { name: /^中文/ }).first().click();
    for (const [step, words] of [
      [/^训练/, '梯度范数'],
      [/^理解/, '网络内部'],
      [/^导出/, '保留'],
      [/^运行/, '参数搜索'],
    ] as const) {
      await goTo(page, step);
      await page.getByText(words).first().waitFor();
    }
    expect(served.problems).toEqual([]);
  });
});
