import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Experiment } from '../../engine/contract/experiment.ts';
import type { RunEvent } from '../../engine/contract/events.ts';
import { OpenedProject } from '../../main/services/projects/opened-project.ts';
import { type Bench, type Client, openBench, wires } from './wires.ts';

let bench: Bench;
let client: Client;
let project = '';
let experiment: Experiment;

beforeAll(async () => {
  bench = await openBench();
  const wire = wires.find(({ name }) => name === 'in process');
  if (wire === undefined) throw new Error('There is no wire in process');
  ({ client } = await wire.connect(bench));
  const made = await client.projects.createFromSample({ folder: null, sample: 'weather' });
  project = made.project.project;
  const { training, model, ...rest } = made.experiment;
  experiment = {
    ...rest,
    model: { ...model, layers: model.layers.slice(0, 1).map((layer) => ({ ...layer, units: 8 })) },
    training: { ...training, epochs: 3, steps: null, earlyStopping: null },
  };
});
afterAll(() => bench.close());

/** Starts a run. */
async function start(epochs: number, name: string): Promise<string> {
  const training = { ...experiment.training, epochs };
  return (await client.runs.start({ project, experiment: { ...experiment, training }, name })).run;
}

/** Follows a run until something is told. */
async function until(run: string, test: (event: RunEvent) => boolean): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const piece of await client.runs.follow({ project, run, position: 0 })) {
    if (piece.kind !== 'event') continue;
    events.push(piece.event);
    if (test(piece.event)) break;
  }
  return events;
}

const ended = ({ event }: RunEvent) => event === 'done' || event === 'error';

async function viewOf(run: string) {
  const { runs } = await client.runs.list({ project });
  const found = runs.find(({ record }) => record.id === run);
  if (found === undefined) throw new Error(`There is no run ${run}`);
  return found;
}

describe('runs', () => {
  it('wait for each other, in the order that is wished for', async () => {
    const first = await start(100_000, 'first');
    await until(first, ({ event }) => event === 'epoch');
    const second = await start(1, 'second');
    const third = await start(1, 'third');
    expect((await viewOf(second)).queued).toBe(0);
    await client.runs.reorderQueue({ project, runs: [third, second] });
    expect(await viewOf(third)).toMatchObject({ queued: 0, record: { status: 'created', name: 'third' } });

    await client.runs.pause({ project, run: first });
    expect((await viewOf(first)).paused).toBe(true);
    await client.runs.resume({ project, run: first });
    expect((await viewOf(first)).paused).toBe(false);
    await client.runs.stop({ project, run: second });
    await client.runs.stop({ project, run: first });
    await until(third, ended);
    expect((await viewOf(first)).record).toMatchObject({ status: 'interrupted', reason: 'interrupted' });
    expect((await viewOf(third)).record.status).toBe('done');
    const { runs } = await client.runs.list({ project });
    expect(runs.map(({ record }) => record.name)).toEqual(['first', 'third']);
  });

  it('take a factor on the learning rate, and keep it when they are resumed', async () => {
    const run = await start(100_000, 'steered');
    await until(run, ({ event }) => event === 'epoch');
    await client.runs.setLearningRate({ project, run, factor: 0.25 });
    await client.runs.keepCheckpoint({ project, run, name: 'before the end' });
    await until(run, ({ event }) => event === 'learning-rate');
    await vi.waitFor(async () => {
      const names = (await client.runs.checkpoints({ project, run })).map(({ name }) => name);
      expect(names).toContain('before the end');
    });
    await client.runs.stop({ project, run });
    await until(run, ended);
    await client.runs.resume({ project, run });
    const events = await until(run, ({ event }) => event === 'epoch' || event === 'error');
    expect(events.some(({ event }) => event === 'error')).toBe(false);
    const opened = bench.workbench.find(project);
    await vi.waitFor(async () => {
      const log = await opened.logOf(run);
      const resumed = log.events.findLastIndex(({ event }) => event === 'run');
      const epoch = log.events.slice(resumed).find(({ event }) => event === 'epoch');
      expect(epoch).toMatchObject({ learningRate: experiment.training.learningRate * 0.25 });
    });
    await client.runs.stop({ project, run });
    await vi.waitFor(async () => expect((await viewOf(run)).record.status).toBe('interrupted'));
  });

  it('carry what a person says of them, and come back from the trash', async () => {
    const run = 'run-001';
    await client.runs.update({ project, run, name: 'renamed', tags: ['a', 'b'], note: 'good' });
    expect(await viewOf(run)).toMatchObject({ record: { name: 'renamed' }, tags: ['a', 'b'], note: 'good' });
    await client.runs.remove({ project, runs: [run] });
    await expect(viewOf(run)).rejects.toThrow('There is no run');
    await client.runs.restore({ project, runs: [run] });
    expect(await viewOf(run)).toMatchObject({ record: { name: 'renamed' }, note: 'good' });
  });

  it('say why they could not begin', async () => {
    const data = { ...experiment.data, window: 100_000 };
    const { run } = await client.runs.start({
      project,
      experiment: { ...experiment, data },
      name: 'too long',
    });
    await until(run, ended);
    const { record } = await viewOf(run);
    expect(record).toMatchObject({ status: 'failed', error: { code: 'data/too-short' } });
    await client.runs.remove({ project, runs: [run] });
  });

  it('keep other programs out while the project is open', async () => {
    const second = OpenedProject.open(bench.workbench.options.host, project, bench.workbench.options.trainer);
    await expect(second).rejects.toMatchObject({ code: 'store/in-use' });
  });
});

describe('sweeps', () => {
  it('try every point of a grid and name the best', async () => {
    const text = JSON.stringify({ ...experiment, training: { ...experiment.training, epochs: 1 } });
    const { revision } = await client.experiments.get({ project });
    await client.experiments.save({ project, text, revision });
    const { sweep } = await client.sweeps.start({
      project,
      sweep: {
        name: 'rates',
        method: 'grid',
        parameters: [{ kind: 'choice', path: 'training.learningRate', values: [1e-6, 0.01] }],
        trials: 10,
        seed: 1,
        metric: 'validation.loss',
        goal: 'minimize',
        medianStopping: null,
      },
    });
    await vi.waitFor(
      async () => {
        const [view] = await client.sweeps.list({ project });
        expect(view).toMatchObject({ id: sweep, status: 'done', best: 1 });
        expect(view?.trials.map(({ status }) => status)).toEqual(['done', 'done']);
      },
      { timeout: 60_000, interval: 200 },
    );
  });

  it('refuse a path that the configuration does not have', async () => {
    const parameters = [{ kind: 'choice' as const, path: 'training.learningRat', values: [1] }];
    const config = {
      name: 'x',
      method: 'random' as const,
      parameters,
      trials: 2,
      seed: 1,
      medianStopping: null,
    };
    await expect(client.sweeps.start({ project, sweep: config })).rejects.toMatchObject({
      data: { code: 'config/unknown-key' },
    });
  });
});
