import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend, Executable } from '../../engine/backends/backend.ts';
import { selfTest } from '../../engine/backends/selftest.ts';
import { openBackends, reference } from '../support/backends.ts';
import { readGolden } from './golden.ts';

const golden = readGolden<{ loss: number; gradients: Record<string, number[]> }>('self_test');

describe('self-test', () => {
  it('the reference passes', async () => {
    expect(await selfTest(reference)).toBe(true);
  });

  it('holds the values that PyTorch computed, to eight digits', () => {
    const source = readFileSync(new URL('../../engine/backends/selftest.ts', import.meta.url), 'utf8');
    const numbers = new Set((source.match(/-?\d+\.\d+(e-?\d+)?/g) ?? []).map(Number));
    const expected = [golden.loss, ...Object.values(golden.gradients).flat()];
    expect(expected.filter((value) => !numbers.has(Number(value.toPrecision(8))))).toEqual([]);
  });

  it('names a gradient that is wrong', async () => {
    const broken = reading((values) => values.map((value) => (Math.abs(value) < 0.001 ? 0 : value)));
    expect(await selfTest(broken)).toEqual({
      reason: expect.stringMatching(
        /^the gradient of kernel\[0\] of a tiny network is 0 instead of 0\.00045/,
      ),
    });
  });

  it('does not take gradients of zero or NaN for right', async () => {
    expect(await selfTest(reading((values) => values.map(() => 0)))).not.toBe(true);
    expect(await selfTest(reading((values) => values.map(() => Number.NaN)))).not.toBe(true);
  });

  it('says so when the backend throws or refuses an op', async () => {
    const throwing: Backend = {
      ...reference,
      prepare: async () => {
        throw new Error('no device');
      },
    };
    expect(await selfTest(throwing)).toEqual({ reason: 'it failed: no device' });
    const refusing: Backend = { ...reference, supports: () => ({ reason: 'too old' }) };
    expect(await selfTest(refusing)).toEqual({ reason: 'it cannot compute gruForward: too old' });
  });
});

const present = (await openBackends()).filter((candidate) => candidate.outcome === 'present');

describe.each(present)('self-test: $backend.info.name, $backend.info.description', ({ backend }) => {
  it('passes', async () => {
    expect(await selfTest(backend)).toBe(true);
  });
});

/** The reference with what is read out of it changed. */
function reading(change: (values: Float64Array) => Float64Array): Backend {
  return {
    ...reference,
    prepare: async (plan): Promise<Executable> => {
      const executable = await reference.prepare(plan);
      return {
        writeFloats: (slot, values) => executable.writeFloats(slot, values),
        writeInts: (slot, values) => executable.writeInts(slot, values),
        readFloats: async (slot, count) =>
          change(Float64Array.from(await executable.readFloats(slot, count))),
        readInts: (slot, count) => executable.readInts(slot, count),
        run: (program, extent) => executable.run(program, extent),
        dispose: () => executable.dispose(),
      };
    },
  };
}
