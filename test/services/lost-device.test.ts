import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { RunEvent } from '../../engine/contract/events.ts';
import { readRun } from '../../engine/store/runs.ts';
import { createServiceHost } from '../../main/hosts/service-host.ts';
import type { ServiceHost } from '../../main/services/host.ts';
import { initProject } from '../../main/services/projects/init-project.ts';
import { loadWeights, openRun } from '../../main/services/runs/open-run.ts';
import { trainRun } from '../../main/services/runs/train-run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gru-lost-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const sample = fileURLToPath(new URL('../../resources/samples/seattle-weather.csv', import.meta.url));
const folder = join(scratch, 'weather.gruproj');
const assignments = [
  'training.epochs=4',
  'model.layers.0.units=5',
  'data.window=5',
  'training.batchSize=64',
  'training.checkpoints.everySteps=10',
  'backend.name="portable"',
];

const lost = (): WorkbenchError =>
  new WorkbenchError('backend/lost', 'The GPU was lost (a test took it away)', {
    hint: 'Go on with: gru resume',
  });

/** A backend whose device goes away after so many updates. */
function losing(backend: Backend, updates: number): Backend {
  let left = updates;
  return {
    ...backend,
    prepare: async (plan) => {
      const executable = await backend.prepare(plan);
      return {
        ...executable,
        writeFloats: (slot, values) => executable.writeFloats(slot, values),
        writeInts: (slot, values) => executable.writeInts(slot, values),
        readFloats: (slot, count) => executable.readFloats(slot, count),
        readInts: (slot, count) => executable.readInts(slot, count),
        run: (program, extent) => {
          if (program === 'update' && left-- <= 0) throw lost();
          return executable.run(program, extent);
        },
        dispose: () => executable.dispose(),
      };
    },
    estimate: (plan) => backend.estimate(plan),
    supports: (op) => backend.supports(op),
    dispose: () => backend.dispose(),
  };
}

/** A machine on which the n-th opened backend loses its device after `updates[n]` updates, and what was asked of it. */
function machine(updates: readonly number[]): { readonly host: ServiceHost; readonly wishes: string[] } {
  const host = createServiceHost();
  const wishes: string[] = [];
  return {
    wishes,
    host: {
      ...host,
      openBackend: async (wish, plan) => {
        const allowed = updates[wishes.length] ?? Number.POSITIVE_INFINITY;
        wishes.push(wish.name);
        const opened = await host.openBackend({ ...wish, name: 'portable' }, plan);
        return { ...opened, backend: losing(opened.backend, allowed) };
      },
    },
  };
}

async function train(host: ServiceHost): Promise<{ readonly events: RunEvent[]; readonly error: unknown }> {
  const events: RunEvent[] = [];
  try {
    const signal = new AbortController().signal;
    for await (const event of trainRun(host, { folder, assignments, signal })) events.push(event);
    return { events, error: null };
  } catch (error) {
    return { events, error };
  }
}

const idOf = (events: readonly RunEvent[]): string =>
  events.flatMap((event) => (event.event === 'run' ? [event.id] : []))[0] ?? '';

async function weightsOf(host: ServiceHost, id: string) {
  return (await loadWeights(host, await openRun(host, folder, id))).weights;
}

describe('a run whose device is lost', () => {
  let undisturbed: Awaited<ReturnType<typeof weightsOf>>;
  let steps = 0;
  beforeAll(async () => {
    const { host } = machine([]);
    await initProject(host, { folder, file: sample });
    const { events } = await train(host);
    undisturbed = await weightsOf(host, idOf(events));
    steps = events.filter(({ event }) => event === 'step').length;
    expect(steps).toBeGreaterThan(50);
  });

  it('goes on there from its last checkpoint, says so, and ends in the same weights', async () => {
    const { host, wishes } = machine([25, 25]);
    const { events, error } = await train(host);
    expect(error).toBeNull();
    expect(wishes).toEqual(['portable', 'portable', 'portable']);
    const told = events.flatMap((event) => (event.event === 'decision' ? [event.reason] : []));
    expect(told).toContain(
      'The GPU was lost (a test took it away); the run goes on from its checkpoint of step 20',
    );
    expect(events.at(-1)).toMatchObject({ event: 'done', step: steps, reason: 'epochs' });
    expect(await weightsOf(host, idOf(events))).toEqual(undisturbed);
    expect(await readRun(host.store, folder, idOf(events))).toMatchObject({ status: 'done', error: null });
  });

  it('goes on elsewhere when it is lost again without a step', async () => {
    const { host, wishes } = machine([25, 0]);
    const { events, error } = await train(host);
    expect(error).toBeNull();
    expect(wishes).toEqual(['portable', 'portable', 'native']);
    expect(await weightsOf(host, idOf(events))).toEqual(undisturbed);
  });

  it('fails with the reason when nothing computes any more, and can be resumed', async () => {
    const { host, wishes } = machine([25, 0, 0, 0]);
    const { events, error } = await train(host);
    expect(error).toMatchObject({ code: 'backend/lost' });
    expect(wishes).toEqual(['portable', 'portable', 'native', 'portable']);
    expect(await readRun(host.store, folder, idOf(events))).toMatchObject({
      status: 'failed',
      error: { code: 'backend/lost', hint: 'Go on with: gru resume' },
    });
  });
});
