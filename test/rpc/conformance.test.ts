import { isDefinedError, ORPCError } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunNews } from '../../engine/contract/rpc/runs.ts';
import { type Bench, type Connected, openBench, type Wire, wires } from './wires.ts';

describe.each(wires)('the contract over a wire: $name', (wire: Wire) => {
  let bench: Bench;
  let connected: Connected;
  let project = '';

  beforeAll(async () => {
    bench = await openBench();
    connected = await wire.connect(bench);
    const made = await connected.client.projects.createFromSample({
      folder: null,
      sample: 'weather',
    });
    project = made.project.project;
  });
  afterAll(async () => {
    connected.cut();
    await bench.close();
  });

  it('answers calls', async () => {
    const { system, projects, experiments } = connected.client;
    expect(await system.info()).toMatchObject({ host: 'web', nativeFiles: false, uploadUrl: '/upload' });
    expect((await projects.recent()).map(({ path }) => path)).toEqual([project]);
    expect(await experiments.get({ project })).toMatchObject({ revision: 1, issues: [] });
  });

  it('tells what went wrong as a typed fault', async () => {
    const error = await failure(connected.client.projects.open({ path: `${bench.folder}/nothing` }));
    expect(isDefinedError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'FAULT',
      data: { code: 'store/not-a-project', where: `${bench.folder}/nothing` },
    });
    expect(await failure(connected.client.datasets.list({ project: '/not/open' }))).toMatchObject({
      data: { code: 'store/not-open' },
    });
  });

  it('refuses input that the contract does not allow', async () => {
    const error = await failure(connected.client.projects.open({ path: 5 } as never));
    expect(error).toMatchObject({ code: 'FAULT', data: { code: 'usage/invalid' } });
    const extra = await failure(connected.client.runs.list({ project, extra: true } as never));
    expect(extra).toMatchObject({ code: 'FAULT', data: { code: 'usage/invalid' } });
  });

  it('streams a run from its start to its end, and again from a position', async () => {
    const { runs, experiments } = connected.client;
    const { experiment } = await experiments.get({ project });
    if (experiment === null) throw new Error('The proposed experiment is not valid');
    const training = { ...experiment.training, epochs: 2, steps: null };
    const { run } = await runs.start({ project, experiment: { ...experiment, training }, name: 'streamed' });
    const news = await follow(connected, project, run, 0);
    const position = Math.max(...news.map((piece) => (piece.kind === 'steps' ? piece.position : 0)));
    const epochs = news.filter((piece) => piece.kind === 'event' && piece.event.event === 'epoch');
    expect(epochs).toHaveLength(2);
    expect(position).toBeGreaterThan(0);
    const columns = news.flatMap((piece) => (piece.kind === 'steps' ? [piece.columns] : []));
    expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(position);
    const steps = columns.flatMap(({ step }) => doubles(step));
    expect(steps).toEqual(Array.from({ length: position }, (_, i) => i + 1));

    const later = await follow(connected, project, run, position - 3);
    const rest = later.flatMap((piece) => (piece.kind === 'steps' ? doubles(piece.columns.step) : []));
    expect(rest).toEqual([position - 2, position - 1, position]);
    expect((await runs.list({ project })).runs).toMatchObject([{ record: { id: run, status: 'done' } }]);
  });

  it('fails a stream with a typed fault', async () => {
    const stream = connected.client.datasets.import({ project, file: `${bench.folder}/no.csv` });
    const read = async (): Promise<void> => {
      for await (const _ of await stream);
    };
    expect(await failure(read())).toMatchObject({ code: 'FAULT', data: { code: 'data/missing-file' } });
  });

  it('ends a stream on the serving side when its reader leaves', async () => {
    const opened = bench.workbench.find(project);
    const before = opened.events.size;
    const stream = await connected.client.projects.watch({ project });
    await vi.waitFor(() => expect(opened.events.size).toBe(before + 1));
    await stream.return(undefined);
    await vi.waitFor(() => expect(opened.events.size).toBe(before));
    const controller = new AbortController();
    const aborted = await connected.client.projects.watch({ project }, { signal: controller.signal });
    const reading = aborted.next().catch(() => undefined);
    await vi.waitFor(() => expect(opened.events.size).toBe(before + 1));
    controller.abort();
    await reading;
    await vi.waitFor(() => expect(opened.events.size).toBe(before));
  });
});

describe.each(wires.filter(({ name }) => name !== 'in process'))('a wire that can be cut: $name', (wire) => {
  it('ends its streams then, and the others go on', async () => {
    const bench = await openBench();
    try {
      const connected = await wire.connect(bench);
      const made = { folder: null, sample: 'weather' };
      const { project } = (await connected.client.projects.createFromSample(made)).project;
      const other = await wire.connect(bench);
      const opened = bench.workbench.find(project);
      const stream = await other.client.projects.watch({ project });
      const reading = stream.next().catch(() => undefined);
      await vi.waitFor(() => expect(opened.events.size).toBe(1));
      other.cut();
      await vi.waitFor(() => expect(opened.events.size).toBe(0));
      await reading;
      expect(await connected.client.system.info()).toMatchObject({ host: 'web' });
      connected.cut();
    } finally {
      await bench.close();
    }
  });
});

/** Everything a run tells until it is done. */
async function follow(
  { client }: Connected,
  project: string,
  run: string,
  position: number,
): Promise<RunNews[]> {
  const news: RunNews[] = [];
  for await (const piece of await client.runs.follow({ project, run, position })) {
    news.push(piece);
    if (piece.kind === 'event' && piece.event.event === 'error') throw new Error(piece.event.message);
    const done = news.some((told) => told.kind === 'event' && told.event.event === 'done');
    if (done && news.some((told) => told.kind === 'current')) break;
  }
  return news;
}

function doubles(packed: string): number[] {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8));
}

/** What a promise is rejected with. */
async function failure(promise: PromiseLike<unknown>): Promise<ORPCError<string, unknown>> {
  const outcome = await Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof ORPCError) return outcome;
  throw new Error(`Expected an error of the contract, not ${String(outcome)}`);
}
