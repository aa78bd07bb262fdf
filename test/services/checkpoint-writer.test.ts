import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunEvent } from '../../engine/contract/events.ts';
import { listCheckpoints, loadCheckpoint } from '../../engine/store/checkpoints.ts';
import { readRun, runPaths } from '../../engine/store/runs.ts';
import { createServiceHost } from '../../main/hosts/service-host.ts';
import type { ServiceHost } from '../../main/services/host.ts';
import { initProject } from '../../main/services/projects/init-project.ts';
import { resumeRun } from '../../main/services/runs/resume-run.ts';
import { trainRun } from '../../main/services/runs/train-run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gru-beside-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const sample = fileURLToPath(new URL('../../resources/samples/seattle-weather.csv', import.meta.url));
const folder = join(scratch, 'weather.gruproj');
const assignments = [
  'training.epochs=6',
  'model.layers.0.units=5',
  'data.window=5',
  'training.batchSize=64',
  'training.checkpoints.everySteps=5',
  'training.checkpoints.keep=100',
  'backend.name="portable"',
];

const host = createServiceHost();
/** On this machine every run has lasted long: its checkpoints are written by a thread. */
const hurried: ServiceHost = { ...host, now: () => 1e6 * performance.now() };

beforeAll(() => initProject(host, { folder, file: sample }));

async function train(on: ServiceHost, signal = new AbortController().signal): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of trainRun(on, { folder, assignments, signal })) events.push(event);
  return events;
}

function idOf(events: readonly RunEvent[]): string {
  const start = events[0];
  if (start?.event !== 'run') throw new Error('a run begins with its start');
  return start.id;
}

const stepsSaved = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.event === 'checkpoint' ? [event.step] : []));

it('a thread saves the same states, at the same steps, as the thread that trains', async () => {
  const [plain, beside] = [await train(host), await train(hurried)];
  expect(stepsSaved(beside)).toEqual(stepsSaved(plain));
  expect(stepsSaved(beside).length).toBeGreaterThan(10);
  const names = async (events: readonly RunEvent[]) =>
    listCheckpoints(host.store, runPaths(folder, idOf(events)).checkpoints);
  expect(await names(beside)).toEqual(await names(plain));
  for (const name of await names(plain)) {
    const [first, second] = await Promise.all(
      [plain, beside].map((events) =>
        loadCheckpoint(host.store, runPaths(folder, idOf(events)).checkpoints, name),
      ),
    );
    expect(second?.state).toEqual(first?.state);
    expect(second?.manifest.files).toEqual(first?.manifest.files);
  }
  const [first, second] = await Promise.all(
    [plain, beside].map((events) => readRun(host.store, folder, idOf(events))),
  );
  expect({ ...second?.metrics }).toEqual({ ...first?.metrics });
  expect(second?.model).toEqual(first?.model);
  expect(second).toMatchObject({ status: 'done', step: first?.step, bestEpoch: first?.bestEpoch });
}, 120_000);

it('the journals are cut where the checkpoint was made, however far the run has gone meanwhile', async () => {
  const whole = await train(hurried);
  const paths = runPaths(folder, idOf(whole));
  const names = await listCheckpoints(host.store, paths.checkpoints);
  const middle = names[Math.floor(names.length / 2)] as string;
  for (const name of names) {
    if (Number(name) > Number(middle)) await rm(join(paths.checkpoints, name), { recursive: true });
  }
  const record = JSON.parse(readFileSync(paths.record, 'utf8'));
  writeFileSync(
    paths.record,
    JSON.stringify({ ...record, status: 'interrupted', reason: null, model: null }),
  );
  for await (const _ of resumeRun(hurried, { folder, run: record.id, signal: new AbortController().signal }));
  const steps = readFileSync(paths.metrics, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'step')
    .map(({ step }) => step);
  expect(steps).toEqual(Array.from({ length: record.step }, (_, index) => index + 1));
  expect((await readRun(host.store, folder, record.id)).model).toEqual(record.model);
}, 120_000);

it('what keeps the thread from saving ends the run with what was saved before', async () => {
  const events: RunEvent[] = [];
  const failing = (async () => {
    for await (const event of trainRun(hurried, {
      folder,
      assignments,
      signal: new AbortController().signal,
    })) {
      events.push(event);
      if (stepsSaved(events).length !== 3 || event.event !== 'checkpoint') continue;
      // A file in the place of a folder: nobody, not even a superuser, can save there.
      const { checkpoints } = runPaths(folder, idOf(events));
      rmSync(checkpoints, { recursive: true });
      writeFileSync(checkpoints, '');
    }
  })();
  await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/^store\//) });
  const record = await readRun(host.store, folder, idOf(events));
  expect(record).toMatchObject({ status: 'failed', step: stepsSaved(events).at(-1) });
  expect(readdirSync(join(folder, 'runs'))).toContain(record.id);
}, 120_000);
