import { ORPCError } from '@orpc/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workbenchContract } from '../../engine/contract/rpc/contract.ts';
import { type Bench, type Client, openBench, openSocket, wires } from './wires.ts';

/** Malformed calls for every group of procedures; FUZZ=10000 for the full figure. */
const calls = Number(process.env.FUZZ ?? 40);
const groups = Object.keys(workbenchContract) as (keyof typeof workbenchContract)[];

/** Fields that procedures know, so that random input gets past the first check now and then. */
const keys = fc.constantFrom(
  'project',
  'run',
  'runs',
  'path',
  'folder',
  'file',
  'dataset',
  'experiment',
  'text',
  'revision',
  'offset',
  'count',
  'column',
  'points',
  'series',
  'sweep',
  'format',
  'options',
  'part',
  'checkpoint',
  'sample',
  'name',
  '__proto__',
  'constructor',
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    '..',
    '/',
    '/etc/passwd',
    '\0',
    'test',
    -1,
    1e308,
    'run-001',
    '../../..',
    'a'.repeat(5000),
  ),
);
const input = fc.oneof(fc.dictionary(keys, value, { maxKeys: 6 }), value, fc.constant(undefined));

describe('malformed calls', () => {
  let bench: Bench;
  let client: Client;
  let cut = (): void => undefined;

  beforeAll(async () => {
    bench = await openBench();
    const wire = wires.find(({ name }) => name === 'web socket');
    if (wire === undefined) throw new Error('There is no web socket wire');
    ({ client, cut } = await wire.connect(bench));
  });
  afterAll(async () => {
    cut();
    await bench.close();
  });

  it.each(groups)('get a typed error each: %s', async (group) => {
    const names = [...Object.keys(workbenchContract[group]), 'nothing', '__proto__'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), input, async (name, given) => {
        const procedures = client[group] as unknown as Record<string, (input: unknown) => Promise<unknown>>;
        const call = procedures[name];
        if (typeof call !== 'function') return;
        const outcome = await call(given).then(
          async (output) => {
            // A stream that was allowed is left again.
            await (output as Partial<AsyncIterator<unknown>> | undefined)?.return?.();
            return null;
          },
          (error: unknown) => error,
        );
        if (outcome === null) return;
        expect(outcome).toBeInstanceOf(ORPCError);
        const { code, data } = outcome as ORPCError<string, { code?: string; message?: string }>;
        // Unknown procedures are not found; everything else is a fault, and never one of our own making.
        if (code !== 'FAULT') expect(code).toBe('NOT_FOUND');
        else expect(`${data.code}: ${data.message}`).not.toMatch(/^internal/);
      }),
      { numRuns: calls, seed: 4 },
    );
    expect(await client.system.info()).toMatchObject({ host: 'web' });
  });

  it('ends a wire on which something else is spoken, and serves the others', async () => {
    const frames = [
      'hello',
      '',
      '{}',
      '[]',
      'null',
      '{"i":1}',
      '{"i":"a","p":{}}',
      '{"i":"a","p":{"u":5}}',
      '{"i":"a","t":7,"p":{"u":"/system/info"}}',
      '{"i":"a","p":{"u":"/system/info","h":[]}}',
      Buffer.from([255, 1]),
    ];
    for (const frame of frames) {
      const socket = await openSocket(bench);
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.send(frame);
      expect(await closed).toBe(1007);
    }
    expect(await client.system.info()).toMatchObject({ host: 'web' });
  });
});
