import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeConfiguration, Desktop } from './desktop.ts';

describe('the desktop program as built, in a Chromium', { timeout: 300_000 }, () => {
  const desktop = new Desktop();
  let page: Page;
  beforeAll(async () => {
    page = await desktop.start();
  }, 120_000);
  afterAll(() => desktop.close(), 90_000);

  it('shows its page, which reaches nothing of Node and has one thing of the preload script', async () => {
    expect(desktop.last('window')).toBe('app://workbench/index.html');
    expect(desktop.last('preferences')).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    });
    expect(desktop.last('exposed')).toBe('workbenchFiles');
    await page.getByRole('button', { name: /Seattle/ }).waitFor();
    expect(
      await page.evaluate('[typeof require, typeof process, typeof __toMain, typeof __electron]'),
    ).toEqual(new Array(4).fill('undefined'));
    expect(await page.evaluate('window.workbenchFiles.pathOf.length >= 0')).toBe(true);
  });

  it('makes a project of a sample, and trains it by the menu with progress in the taskbar', async () => {
    await page.getByRole('button', { name: /Seattle/ }).click();
    await page.getByText('All changes saved').waitFor();
    // Long enough for all that follows.
    changeConfiguration(desktop.project('config.json'), ({ training }) => ({
      training: { ...training, epochs: 3000, earlyStopping: null },
    }));
    await page.reload();
    await page.getByText('All changes saved').waitFor();
    desktop.order({ choose: ['View', 'Model'] });
    await page.getByRole('tab', { name: 'Compare' }).waitFor();
    // Before the page has its project back.
    await page.reload({ waitUntil: 'commit' });
    desktop.order({ choose: ['Training', 'Start Training'] });
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor();
    await vi.waitFor(() => expect(desktop.last('progress')).toBeGreaterThan(0), 60_000);
    expect(desktop.last('awake')).toBe(true);
  });

  it('survives the death of its engine: the window stays, the run can be resumed', async () => {
    const first = Number(desktop.last('engine'));
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(desktop.last('engine')).not.toBe(first), 60_000);
    await page.getByText('It can go on from its last checkpoint.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Resume' }).first().click();
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor();
    await vi.waitFor(() => expect(desktop.last('progress')).toBeGreaterThan(0), 60_000);
  });

  it('asks before it ends in training, goes on when the person says so, and else saves and ends', async () => {
    desktop.order({ answers: { response: 1 } });
    desktop.order({ quit: true });
    await vi.waitFor(() => expect(desktop.last('dialog')).toBe('message'), 60_000);
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor();
    expect(desktop.exitCode).toBeNull();
    desktop.order({ answers: { response: 0 } });
    desktop.order({ quit: true });
    await vi.waitFor(() => expect(desktop.exitCode).toBe(0), 60_000);
    expect(existsSync(desktop.project('runs', 'run-001', 'checkpoints'))).toBe(true);
    expect(readdirSync(desktop.project('locks'))).toEqual([]);
  });
});

// Shaders are compiled and run by the processor here: a step takes as long as thousands on a card.
describe('the hidden page that computes on the graphics card', { timeout: 600_000 }, () => {
  const desktop = new Desktop();
  let page: Page;
  beforeAll(async () => {
    page = await desktop.start();
    await page.getByRole('button', { name: /Seattle/ }).click();
    await page.getByText('All changes saved').waitFor();
    changeConfiguration(desktop.project('config.json'), ({ training, model, backend }) => ({
      training: {
        ...training,
        epochs: 3000,
        earlyStopping: null,
        checkpoints: { ...training.checkpoints, everySteps: 2 },
      },
      model: { ...model, layers: [{ ...model.layers[0], units: 3 }] },
      backend: { ...backend, name: 'webgpu' },
    }));
    await page.reload();
    await page.getByText('All changes saved').waitFor();
  }, 120_000);
  afterAll(() => desktop.close(), 90_000);

  const record = () => JSON.parse(readFileSync(desktop.project('runs', 'run-001', 'run.json'), 'utf8'));
  const events = () => readFileSync(desktop.project('runs', 'run-001', 'events.jsonl'), 'utf8');

  it('trains a run, sandboxed and never slowed down for being hidden', async () => {
    desktop.order({ choose: ['Training', 'Start Training'] });
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor({ timeout: 300_000 });
    await vi.waitFor(() => expect(record().step).toBeGreaterThan(4), 200_000);
    expect(record().backend).toMatchObject({
      name: 'webgpu',
      description: expect.stringMatching(/SwiftShader.*\(software, on the processor\)/i),
    });
    expect(desktop.last('window')).toBe('app://workbench/gpu-host/index.html');
    expect(desktop.last('preferences')).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      backgroundThrottling: false,
    });
  });

  it('is opened again when it dies: the run says so and goes on from its last checkpoint', async () => {
    await desktop.crash('/gpu-host/');
    await vi.waitFor(
      () => expect(events()).toMatch(/the run goes on from its checkpoint of step \d+/),
      300_000,
    );
    const { step } = record();
    await vi.waitFor(() => expect(record().step).toBeGreaterThan(step + 4), 300_000);
    expect(record()).toMatchObject({ status: 'running', backend: { name: 'webgpu' } });
  });
});
