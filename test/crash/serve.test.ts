import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RandomStream } from '../../engine/base/rng.ts';
import { CommandLine, seriesCsv } from '../cli/support/command-line.ts';
import type { Client } from '../rpc/wires.ts';

/** Kills of the engine's process; CRASHES=50 for the full figure. */
const crashes = Number(process.env.CRASHES ?? 4);
const random = new RandomStream(7, 5);
const line = new CommandLine();

beforeAll(() => {
  mkdirSync(line.path('served'));
  writeFileSync(line.path('served', 'series.csv'), seriesCsv(1200));
  writeFileSync(line.path('served', 'more.csv'), seriesCsv(20_000));
});
afterAll(() => line.close());

it(`loses no project and no step before the last checkpoint in ${crashes} kills while it imports, trains and exports`, async () => {
  const project = line.path('served', 'series.gruproj');
  let saved = 0;
  for (let crash = 0; crash < crashes; crash++) {
    const served = await serve(crash === 0 ? null : project);
    const { client } = served;
    if (crash === 0) {
      const file = line.path('served', 'series.csv');
      await client.projects.createFromFile({ folder: project, file, task: null, targets: ['sales'] });
    }
    saved = await trainUntil(client, project, saved, random.nextInteger(60));
    // What goes on beside training is cut off too.
    const beside = [
      client.datasets.import({ project, file: line.path('served', 'more.csv') }),
      client.exports.write({ project, run: 'run-001', format: 'safetensors', path: null, options: {} }),
    ];
    for (const call of beside) Promise.resolve(call).catch(() => undefined);
    served.child.kill('SIGKILL');
    await served.gone;
    const { code, stdout } = await line.run('runs', project, '--json');
    expect(code).toBe(0);
    const [record] = stdout
      .trim()
      .split('\n')
      .flatMap((text) => JSON.parse(text));
    expect(record.status).toBe('interrupted');
    expect(record.step).toBeGreaterThanOrEqual(saved);
  }
  // And what was left can be gone on with to its end.
  const served = await serve(project);
  expect((await served.client.datasets.list({ project })).length).toBeGreaterThan(0);
  const { runs } = await served.client.runs.list({ project });
  expect(runs).toMatchObject([{ record: { id: 'run-001', status: 'interrupted' }, queued: null }]);
  served.child.kill('SIGTERM');
  await served.gone;
});

interface Served {
  readonly child: ChildProcess;
  readonly client: Client;
  readonly gone: Promise<unknown>;
}

async function serve(project: string | null): Promise<Served> {
  const { child, outcome, address } = await line.serve(line.path('served'));
  const origin = `http://${address.host}`;
  const socket = new WebSocket(`ws://${address.host}/rpc${address.search}`, { origin });
  // The other end is killed.
  socket.on('error', () => undefined);
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  const client = createORPCClient<Client>(link);
  if (project !== null) await client.projects.open({ path: project });
  return { child, client, gone: outcome };
}

/** Trains on for so many pieces of news. Resolves to the step of the last checkpoint that was told. */
async function trainUntil(client: Client, project: string, before: number, pieces: number): Promise<number> {
  const { runs } = await client.runs.list({ project });
  if (runs.length === 0) {
    const { experiment } = await client.experiments.get({ project });
    if (experiment === null) throw new Error('The proposed experiment is not valid');
    const training = { ...experiment.training, epochs: 100_000, steps: null, earlyStopping: null };
    await client.runs.start({ project, experiment: { ...experiment, training }, name: null });
  } else await client.runs.resume({ project, run: 'run-001' });
  let saved = before;
  let seen = 0;
  let current = false;
  for await (const piece of await client.runs.follow({ project, run: 'run-001', position: 0 })) {
    if (piece.kind === 'event' && piece.event.event === 'error') throw new Error(piece.event.message);
    if (piece.kind === 'event' && piece.event.event === 'checkpoint') {
      saved = Math.max(saved, piece.event.step);
    }
    current ||= piece.kind === 'current';
    if (current && saved > 0 && ++seen > pieces) break;
  }
  return saved;
}
