import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../engine/backends/native/index.ts';
import { loadNative, openBackends, reference } from '../support/backends.ts';
import { cases } from '../support/cases.ts';
import { differences, type Memory, runCase } from '../support/run-case.ts';
import { largeCases } from './large-cases.ts';

for (const candidate of await openBackends()) {
  if (candidate.outcome !== 'present') continue;
  const { backend } = candidate;
  describe(`large plans agree with the reference on ${backend.info.name}: ${backend.info.description}`, () => {
    it.each(largeCases)('$name', async ({ build }) => {
      const testCase = build();
      const expected = await runCase(reference, testCase);
      expect(differences(testCase, await runCase(backend, testCase), expected)).toEqual([]);
    });
  });
}

const binding = loadNative();

describe('any number of threads gives the same bits', () => {
  it.for([...largeCases, ...cases])('$name', async ({ build }, { skip }) => {
    if (typeof binding === 'string') return skip(`backend-absent: ${binding}`);
    const testCase = build();
    const one = await runCase(createNativeBackend(binding, { threads: 1 }), testCase);
    for (const threads of [2, 5]) {
      const several = await runCase(createNativeBackend(binding, { threads }), testCase);
      for (const { id, name } of testCase.plan.slots) {
        if (testCase.unspecified.has(id)) continue;
        expect(bitsOf(several, id), `${name} with ${threads} threads`).toEqual(bitsOf(one, id));
      }
    }
  });
});

function bitsOf(memory: Memory, slot: number): Int32Array {
  const floats = memory.floats.get(slot);
  if (floats === undefined) return memory.ints.get(slot) as Int32Array;
  return new Int32Array(Float32Array.from(floats).buffer);
}
