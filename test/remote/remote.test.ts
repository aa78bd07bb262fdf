import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/index.ts';
import { createRemoteBackend } from '../../engine/backends/remote/index.ts';
import { chunkValues } from '../../engine/backends/remote/protocol.ts';
import { serveBackend } from '../../engine/backends/remote/serve.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { nodePort } from '../../main/platform/webgpu/page-gpu.ts';
import { cases } from '../support/cases.ts';
import { differences, runCase } from '../support/run-case.ts';

const knowledge = { place: 'The other end', supports: (): true => true, estimate: () => 0 };
const open: MessagePort[] = [];

afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

async function remote(made: Backend | { readonly reason: string }) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  serveBackend(nodePort(port2), made);
  return { backend: await createRemoteBackend(nodePort(port1), knowledge), far: port2 };
}

async function remoteReference() {
  const { backend, far } = await remote(createReferenceBackend());
  if (!('info' in backend)) throw new Error(backend.reason);
  return { backend, far };
}

const plan: Plan = {
  extent: { timesteps: 1, batch: 1 },
  slots: [
    {
      id: 0,
      name: 'large',
      type: 'float',
      role: 'parameter',
      perSequenceRow: 0,
      perBatchRow: 0,
      fixed: 3 * chunkValues,
    },
    { id: 1, name: 'scalars', type: 'float', role: 'scalar', perSequenceRow: 0, perBatchRow: 0, fixed: 8 },
    { id: 2, name: 'results', type: 'float', role: 'scalar', perSequenceRow: 0, perBatchRow: 0, fixed: 8 },
    { id: 3, name: 'random', type: 'int', role: 'scalar', perSequenceRow: 0, perBatchRow: 0, fixed: 4 },
  ],
  programs: { predict: [], evaluate: [], gradients: [], zeroGradients: [], update: [] },
  scalars: 1,
  results: 2,
  random: 3,
};

it('gives what the backend gives behind a port, bit for bit', async () => {
  const { backend } = await remoteReference();
  const local = createReferenceBackend();
  const some = cases.filter((_, index) => index % 12 === 0);
  expect(some.length).toBeGreaterThan(15);
  for (const source of some) {
    const testCase = source.build();
    const far = await runCase(backend, testCase);
    const near = await runCase(local, testCase);
    expect(differences(testCase, far, near), source.name).toEqual([]);
    for (const [slot, values] of near.floats) {
      expect(Array.from(far.floats.get(slot) ?? []), source.name).toEqual(Array.from(values));
    }
  }
});

it('carries arrays larger than one message', async () => {
  const { backend } = await remoteReference();
  const executable = await backend.prepare(plan);
  const values = Float64Array.from({ length: 3 * chunkValues - 5 }, (_, index) => index + 0.5);
  executable.writeFloats(0, values);
  const read = await executable.readFloats(0, values.length);
  expect(read.length).toBe(values.length);
  expect(read.every((value, index) => value === values[index])).toBe(true);
});

it('tells the reason why the other side has no backend', async () => {
  const { backend } = await remote({ reason: 'there is no library' });
  expect(backend).toEqual({ reason: 'there is no library' });
});

it('reports an error of a program at the next question', async () => {
  const { backend } = await remoteReference();
  const executable = await backend.prepare(plan);
  await executable.run('predict', { timesteps: 2, batch: 1 });
  await expect(async () => {
    await executable.readFloats(0, 1);
    await executable.readFloats(0, 1);
  }).rejects.toMatchObject({ code: 'internal', message: 'A run is larger than its plan' });
});

it('fails everything that waits when the other side goes away', async () => {
  const { backend, far } = await remoteReference();
  const executable = await backend.prepare(plan);
  far.removeAllListeners('message');
  const waiting = executable.readFloats(0, 1);
  far.close();
  await expect(waiting).rejects.toMatchObject({ code: 'backend/lost' });
  await expect(executable.readFloats(0, 1)).rejects.toMatchObject({ code: 'backend/lost' });
});

it('refuses what is no message', async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  serveBackend(nodePort(port2), createReferenceBackend());
  const replies: unknown[] = [];
  const two = new Promise<void>((resolve) => {
    port1.on('message', (message) => {
      replies.push(message);
      if (replies.length === 2) resolve();
    });
  });
  port1.postMessage({ kind: 'run', id: 0, executable: 0, program: 'rm', timesteps: 1, batch: 1 });
  await two;
  expect(replies).toMatchObject([{ kind: 'ready' }, { kind: 'failed', id: null, code: 'internal' }]);
});
