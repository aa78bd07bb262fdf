import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openServedWindow, type ServedWindow } from './served-window.ts';

// Shaders are compiled and run by the processor here: a step takes as long as thousands on a card.
describe('the graphics card of the browser in web mode', { timeout: 600_000 }, () => {
  let window: ServedWindow;
  beforeAll(async () => {
    window = await openServedWindow(true, true);
    await window.configure((experiment) => ({
      ...experiment,
      model: {
        ...experiment.model,
        layers: experiment.model.layers.slice(0, 1).map((layer) => ({ ...layer, units: 3 })),
      },
      training: {
        ...experiment.training,
        epochs: 3000,
        earlyStopping: null,
        checkpoints: { ...experiment.training.checkpoints, everySteps: 2 },
      },
      backend: { ...experiment.backend, name: 'webgpu' },
    }));
    await window.page.reload();
    await window.page.getByText('All changes saved').waitFor();
  }, 120_000);
  afterAll(() => window.close(), 90_000);

  const record = () => JSON.parse(readFileSync(window.path('runs', 'run-001', 'run.json'), 'utf8'));
  const events = () => readFileSync(window.path('runs', 'run-001', 'events.jsonl'), 'utf8');

  it('is offered by a switch, and then among what computes', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Settings' }).click();
    const offer = page.getByRole('switch', { name: 'Compute on the graphics card of this browser' });
    expect(await offer.isChecked()).toBe(false);
    await offer.check();
    await page
      .getByRole('main')
      .getByText(/SwiftShader.*, in the browser/i)
      .first()
      .waitFor({ timeout: 120_000 });
    // The processor of the server is told where it computes, and nowhere else.
    const devices = page.getByRole('main').getByRole('listitem');
    expect(await devices.filter({ hasText: 'in the browser' }).textContent()).not.toContain('cores');
    expect(await devices.filter({ hasText: 'WebAssembly' }).first().textContent()).toContain('cores');
  });

  it('trains a run of the server', async () => {
    const { page } = window;
    await page.keyboard.press('Control+Enter');
    await vi.waitFor(() => expect(record().step).toBeGreaterThan(4), { timeout: 300_000, interval: 200 });
    expect(record().backend).toMatchObject({
      name: 'webgpu',
      description: expect.stringMatching(/SwiftShader.*, in the browser/i),
    });
  });

  it('goes with its page: the run says so and goes on from its last checkpoint', async () => {
    await window.page.goto('about:blank');
    await vi.waitFor(() => expect(events()).toMatch(/the run goes on from its checkpoint of step \d+/), {
      timeout: 300_000,
      interval: 200,
    });
    const { step } = record();
    await vi.waitFor(() => expect(record().step).toBeGreaterThan(step + 4), {
      timeout: 300_000,
      interval: 200,
    });
    expect(record().backend.name).not.toBe('webgpu');
    expect(window.problems).toEqual([]);
  });
});
