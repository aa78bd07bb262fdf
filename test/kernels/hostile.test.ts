import { describe, expect, it } from 'vitest';
import { resultIndex } from '../../engine/plan/plan.ts';
import { openBackends } from '../support/backends.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';

/** Indices and labels come from people's data: a wrong one must be seen, and must not read or write other memory. */
const wrong = [-1, 7, 2 ** 31 - 1, -(2 ** 31)];

for (const candidate of await openBackends()) {
  if (candidate.outcome !== 'present') continue;
  const { backend } = candidate;
  describe(`${backend.info.name}: ${backend.info.description}`, () => {
    it('makes the row of an index outside the table NaN and gives it no gradient', async () => {
      const builder = new CaseBuilder('wrong indices', { timesteps: 1, batch: wrong.length + 1 });
      const slot = builder.integers('indices', { perSequenceRow: 1 }, [...wrong, 3]);
      const indices = { slot, column: 0, columns: 1, stride: 1 };
      const table = builder.vector('table', 7 * 5, { scale: 1 });
      const output = builder.matrix('output', 'sequence', 5, 0);
      const outputGradient = builder.matrix('output gradient', 'sequence', 5, 1);
      const tableGradient = builder.vector('table gradient', 7 * 5, 0);
      builder.add('gradients', { kind: 'embeddingForward', indices, table, entries: 7, output });
      builder.add('gradients', {
        kind: 'embeddingBackward',
        indices,
        entries: 7,
        lengths: null,
        outputGradient,
        tableGradient,
        accumulate: false,
      });
      const memory = await runCase(backend, builder.build(['gradients']));
      const rows = Array.from(memory.floats.get(output.slot) ?? []);
      expect(rows.slice(0, 20).every(Number.isNaN)).toBe(true);
      expect(rows.slice(20)).toEqual(Array.from(memory.floats.get(table) ?? []).slice(15, 20));
      const sums = Array.from(memory.floats.get(tableGradient) ?? []);
      expect(sums).toEqual(Array.from({ length: 35 }, (_, index) => Number(index >= 15 && index < 20)));
    });

    it.each(['crossEntropy', 'focal'] as const)('makes the %s of a wrong label NaN', async (kind) => {
      for (const label of wrong) {
        const builder = new CaseBuilder('wrong label', { timesteps: 1, batch: 2 });
        const gradient = builder.matrix('gradient', 'batch', 7, 0);
        const options = kind === 'focal' ? { kind, gamma: 2 } : { kind, smoothing: 0 };
        builder.add('gradients', {
          kind: 'loss',
          rows: 'batch',
          loss: { ...options, classWeights: [1, 2, 3, 4, 5, 6, 7] } as never,
          predictions: builder.matrix('predictions', 'batch', 7, { scale: 1 }),
          targets: builder.integers('labels', { perBatchRow: 1 }, [label, 2]),
          weights: builder.matrix('weights', 'batch', 1, 1).slot,
          gradient,
          accumulate: false,
        });
        const testCase = builder.build(['gradients']);
        const memory = await runCase(backend, testCase);
        expect(memory.floats.get(testCase.plan.results)?.[resultIndex.loss]).toBeNaN();
        const rows = Array.from(memory.floats.get(gradient.slot) ?? []);
        expect(rows.slice(0, 7).every(Number.isNaN)).toBe(true);
        expect(rows.slice(7).every(Number.isFinite)).toBe(true);
      }
    });
  });
}
