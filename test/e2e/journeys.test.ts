import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../cli/support/command-line.ts';
import { launchBrowser } from '../support/browser.ts';
import { dropFile, goTo, openServedWindow, type ServedWindow } from './served-window.ts';

/** Sales of four years with a weekly season: three days are missing, and a 29 February is there twice. */
function salesCsv(): string {
  const missing = new Set(['2024-03-04', '2024-03-05', '2025-07-01']);
  const lines = ['date,price,sales'];
  for (let day = 0; day < 1461; day++) {
    const date = new Date(Date.UTC(2023, 0, 1 + day));
    const text = date.toISOString().slice(0, 10);
    if (missing.has(text)) continue;
    const weekly = [40, 22, 18, 20, 26, 35, 52][date.getUTCDay()] ?? 0;
    const price = 10 + (day % 30 === 0 ? -2 : 0);
    const line = `${text},${price},${Math.round(100 + weekly + 12 * Math.sin(day / 58) + 3 * Math.sin(day * 1.7))}`;
    lines.push(line);
    if (text === '2024-02-29') lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}

describe('an analyst, in ten minutes', { timeout: 600_000 }, () => {
  let served: ServedWindow;
  let page: Page;
  beforeAll(async () => {
    served = await openServedWindow(false);
    ({ page } = served);
  }, 300_000);
  afterAll(() => served?.close());

  it('drops a file and is told of its gaps, its doubled day and what is proposed', async () => {
    const zone = page.getByRole('region', { name: 'New project from a file' });
    await dropFile(page, zone, 'sales.csv', Buffer.from(salesCsv()));
    await page.getByRole('heading', { name: 'sales.csv' }).waitFor();
    expect(await page.getByLabel('Role of date').inputValue()).toBe('time');
    expect(await page.getByLabel('Role of sales').inputValue()).toBe('featureAndTarget');
    await page.getByRole('img', { name: /^sales\. Drag zooms/ }).waitFor();
    await page.getByText('Frequency: daily', { exact: false }).waitFor();
    await page.getByRole('tab', { name: /^Problems/ }).click();
    await page.getByText(/^The times of "date" have 2 gaps/).waitFor();
    await page.getByText(/^1 row of "date" repeat a time/).waitFor();
  });

  it('trains, and sees the loss fall below forecasts that need no model', async () => {
    await served.configure(
      (experiment) => ({ ...experiment, training: { ...experiment.training, epochs: 30 } }),
      true,
    );
    await goTo(page, /^Train/);
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click();
    const metric = page.getByRole('region', { name: /^Metric:/ });
    await metric.getByRole('button', { name: /^Last value/ }).waitFor();
    await metric.getByRole('button', { name: /^Same point, last period/ }).waitFor();
    await page
      .getByRole('region', { name: 'On the test set' })
      .getByText(/better than/)
      .first()
      .waitFor();
    const shown = async (name: RegExp): Promise<number> =>
      Number(await metric.getByRole('button', { name }).locator('span').last().textContent());
    const reached = await shown(/^Validation/);
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThan(await shown(/^Last value/));
  });

  it('looks at predictions and takes a model away that onnxruntime agrees with', async () => {
    await page.getByRole('button', { name: 'Understand this run' }).click();
    await page.getByRole('region', { name: /^Predictions against truth/ }).waitFor();
    await goTo(page, /^Export/);
    await page.getByRole('button', { name: /^ONNX/ }).first().click();
    await page.getByRole('button', { name: /^Write ONNX/ }).click();
    const said = await page.getByText(/^Largest difference in onnxruntime.*: \d/i).textContent();
    expect(Number(/: ([\d.e-]+)/.exec(said ?? '')?.[1])).toBeLessThan(1e-5);
  });
});

describe('a student, in an evening', { timeout: 600_000 }, () => {
  let served: ServedWindow;
  let page: Page;
  beforeAll(async () => {
    served = await openServedWindow(false);
    ({ page } = served);
  }, 300_000);
  afterAll(() => served?.close());

  it('reads what a field does, and makes a run explode', async () => {
    await page.getByRole('button', { name: /^The adding problem/ }).click();
    await page.getByText('All changes saved').waitFor();
    await goTo(page, /^Model/);
    await page.locator('[data-setting="training.clipping"]').getByRole('combobox').first().focus();
    const explanation = page.getByRole('complementary');
    await explanation
      .getByText(/Pascanu/)
      .first()
      .waitFor();
    await served.configure(
      (experiment) => ({
        ...experiment,
        training: {
          ...experiment.training,
          epochs: 20,
          clipping: { kind: 'none' },
          learningRate: 1,
          optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false },
          checkpoints: { ...experiment.training.checkpoints, everySteps: 1 },
        },
      }),
      true,
    );
    const rate = page.locator('[data-setting="training.learningRate"] input').first();
    await expect.poll(() => rate.inputValue(), { timeout: 30_000 }).toBe('1');
    await page.keyboard.press('Control+Enter');
    await page
      .getByRole('alert')
      .getByText(
        /^The (loss stopped being a number at step \d+ after the gradient norm rose from|training loss became NaN at step \d+: the gradient norm had grown)/,
      )
      .waitFor();
  });

  it('sees the gradient grow through time', async () => {
    await goTo(page, /^Understand/);
    await page.getByRole('tab', { name: 'Inside the network' }).click();
    await page
      .getByText(/^(Vanishing|Exploding|Steady):/)
      .first()
      .waitFor();
  });

  it('turns on clipping by the button that is offered, trains again and compares the two', async () => {
    await goTo(page, /^Train/);
    await page.getByRole('button', { name: 'Turn on global-norm clipping' }).click();
    await page.getByRole('button', { name: /^Lower the learning rate to/ }).click();
    await page.getByRole('main').getByRole('button', { name: 'Train again' }).first().click();
    await page.getByText(/Trained to the last epoch in|Stopped early/).waitFor();
    await goTo(page, /^Runs/);
    await page.getByText('2 of 2 runs').waitFor();
    await page.getByLabel('Compare all shown').check();
    await page.getByRole('tab', { name: /^Compare/ }).click();
    await page.getByRole('rowheader', { name: 'training.clipping.kind' }).waitFor();
    expect(served.problems).toEqual([]);
  });
});

describe('an engineer, with a product', { timeout: 600_000 }, () => {
  const line = new CommandLine();
  let browser: Browser;
  let page: Page;
  let stop = (): void => undefined;
  beforeAll(async () => {
    mkdirSync(line.path('work'));
    writeFileSync(line.path('work', 'sales.csv'), salesCsv());
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    stop();
    line.close();
  });

  it('trains on the command line and watches the run through gru serve', async () => {
    const project = line.path('work', 'sales.gruproj');
    const made = await line.run('init', project, '--data', line.path('work', 'sales.csv'));
    expect(made.code).toBe(0);
    const set = ['training.epochs=2', 'model.layers.0.units=8', 'data.window=14', 'data.horizon=1'];
    const trained = await line.run('train', project, ...set.flatMap((one) => ['--set', one]));
    expect(trained.code).toBe(0);
    const config = JSON.parse(readFileSync(line.path('work', 'sales.gruproj', 'config.json'), 'utf8'));
    config.training = { ...config.training, epochs: 2 };
    config.model = { ...config.model, layers: [{ ...config.model.layers[0], units: 8 }] };
    config.data = { ...config.data, window: 14, horizon: 1 };
    writeFileSync(line.path('work', 'sales.gruproj', 'config.json'), JSON.stringify(config));
    const { child, address } = await line.serve(project);
    stop = () => child.kill('SIGTERM');
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto(address.href);
    await page.getByText('All changes saved').waitFor();
    await goTo(page, /^Runs/);
    await page.getByText('1 of 1 runs').waitFor();
  });

  it('searches forty configurations, and compares them in parallel coordinates', async () => {
    await page.getByRole('tab', { name: 'Sweeps' }).click();
    await page.getByRole('button', { name: 'New sweep' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('overnight');
    await page.getByText('Random', { exact: true }).click();
    await page.getByRole('region', { name: 'New sweep' }).getByLabel('Runs at most').fill('40');
    await page.getByRole('button', { name: 'Start the sweep' }).click();
    const sweep = page.getByRole('region', { name: 'overnight', exact: true });
    await sweep.getByText('40 of 40 runs').first().waitFor({ timeout: 300_000 });
    await sweep.getByRole('button', { name: 'Use the best configuration' }).click();
    await page.getByText(/^The configuration is that of run-\d+/).waitFor();
    await page.getByRole('tab', { name: 'Parallel coordinates' }).click();
    await page
      .getByText(/^4\d of 4\d runs/)
      .first()
      .waitFor();
  });

  it('opens the best configuration in the editor, and exports C with small weights', async () => {
    await goTo(page, /^Model/);
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await expect
      .poll(async () => page.locator('.monaco-editor .view-lines').first().textContent(), { timeout: 60_000 })
      .toMatch(/"name":\s"overnight\s\d+"/);
    await goTo(page, /^Export/);
    await page.getByRole('button', { name: /^C99/ }).first().click();
    await page.getByLabel('weights').selectOption('int8');
    await page.getByRole('button', { name: /^Write C99/ }).click();
    const flash = await page.getByText(/^Flash: \d+ bytes of constants/).textContent();
    expect(Number(/\d+/.exec(flash ?? '')?.[0])).toBeGreaterThan(100);
    await page.getByText(/^RAM: \d+ bytes a stream, and about \d+ bytes of stack/).waitFor();
    await page.getByRole('link', { name: 'Download all as one archive (ZIP)' }).waitFor();
  });
});
