import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { activations } from '../../engine/ops/activation.ts';
import { resetModes } from '../../engine/ops/gru.ts';
import type { Loss } from '../../engine/ops/loss.ts';
import { resultIndex } from '../../engine/plan/plan.ts';
import { openBackends, reference } from '../support/backends.ts';
import { CaseBuilder, outputFill } from '../support/case-builder.ts';
import { addGru, gruDefaults } from '../support/cases/gru-options.ts';
import { runCase } from '../support/run-case.ts';

/**
 * A NaN must come out at the other end: a diverging run is noticed by its loss and its gradient norm, and a minimum, a
 * maximum or a clamp in the wrong order of arguments would hide it.
 */
const present = (await openBackends()).flatMap((candidate) =>
  candidate.outcome === 'present' ? [candidate.backend] : [],
);

describe.each([reference, ...present])('$info.name, $info.description: NaN is not hidden', (backend) => {
  it.each(activations)('by %s', async (activation) => {
    const builder = new CaseBuilder('nan activation', { timesteps: 1, batch: 19 });
    const input = builder.matrix('input', 'batch', 1, [...Array(18).fill(0.5), Number.NaN]);
    const output = builder.matrix('output', 'batch', 3, outputFill);
    builder.add('predict', {
      kind: 'denseForward',
      rows: 'batch',
      input,
      kernel: builder.vector('kernel', 3, 1),
      bias: null,
      activation,
      output,
      preactivation: null,
    });
    const values = (await run(backend, builder, 'predict')).get(output.slot);
    expect(values.slice(0, 54).every(Number.isFinite)).toBe(true);
    expect(values.slice(54)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it.each(resetModes)('by the gates of %s, clip included', async (resetMode) => {
    const builder = new CaseBuilder('nan gru', { timesteps: 2, batch: 3 });
    const options = { ...gruDefaults, resetMode, clip: 1, extent: { timesteps: 2, batch: 3 } };
    const input = builder.matrix('input', 'sequence', 3, [
      ...Array(9).fill(0.5),
      Number.NaN,
      ...Array(8).fill(1),
    ]);
    const { forward, backward } = addGru(builder, 'gru', options, { input });
    builder.add('gradients', forward, backward);
    const memory = await run(backend, builder, 'gradients');
    const states = memory.get(forward.output.slot);
    expect(states.slice(0, 12).every(Number.isFinite)).toBe(true);
    expect(states.slice(12, 16).every(Number.isNaN)).toBe(true);
    expect(states.slice(16).every(Number.isFinite)).toBe(true);
    expect(memory.get(backward.gradients.kernel ?? -1).some(Number.isNaN)).toBe(true);
  });

  it.each(losses())('by the loss $kind', async (loss) => {
    const builder = new CaseBuilder('nan loss', { timesteps: 1, batch: 5 });
    const labels = loss.kind === 'crossEntropy' || loss.kind === 'focal';
    const gradient = builder.matrix('gradient', 'batch', 2, outputFill);
    builder.scalar('lossScale', 1);
    builder.add('gradients', {
      kind: 'loss',
      rows: 'batch',
      loss,
      predictions: builder.matrix('predictions', 'batch', 2, [0, 1, 1, 0, 2, Number.NaN, 1, 1, 0, 0]),
      targets: labels
        ? builder.integers('labels', { perBatchRow: 1 }, [0, 1, 0, 1, 0])
        : builder.matrix('targets', 'batch', loss.kind === 'gaussian' ? 1 : 2, 1).slot,
      weights: builder.matrix('weights', 'batch', 1, 1).slot,
      gradient,
      accumulate: false,
    });
    const memory = await run(backend, builder, 'gradients');
    expect(memory.get(builder.results)[resultIndex.loss]).toBeNaN();
    const rows = memory.get(gradient.slot);
    // The slope of these two is a sign, and a NaN has none; the loss tells.
    const slopes = loss.kind !== 'meanAbsoluteError' && loss.kind !== 'pinball';
    if (slopes) expect(rows.slice(4, 6).some(Number.isNaN)).toBe(true);
    expect([...rows.slice(0, 4), ...rows.slice(6)].every(Number.isFinite)).toBe(true);
  });

  it.each(['none', 'value', 'tensorNorm', 'globalNorm'] as const)('by clipping %s', async (mode) => {
    const builder = new CaseBuilder('nan clip', { timesteps: 1, batch: 1 });
    const values = Array.from({ length: 37 }, (_, index) => (index === 20 ? Number.NaN : 1));
    const gradient = builder.vector('gradient', 37, values);
    builder.add('update', { kind: 'clipGradients', gradients: [gradient], mode, threshold: 0.5 });
    const memory = await run(backend, builder, 'update');
    expect(memory.get(builder.results)[resultIndex.gradientNorm]).toBeNaN();
    expect(memory.get(gradient)[20]).toBeNaN();
  });
});

function losses(): readonly Loss[] {
  return [
    { kind: 'meanSquaredError' },
    { kind: 'meanAbsoluteError' },
    { kind: 'huber', delta: 1 },
    { kind: 'logCosh' },
    { kind: 'pinball', quantiles: [0.5] },
    { kind: 'gaussian' },
    { kind: 'poisson' },
    { kind: 'crossEntropy', smoothing: 0, classWeights: null },
    { kind: 'binaryCrossEntropy', positiveWeight: 1, smoothing: 0 },
    { kind: 'focal', gamma: 2, classWeights: null },
    { kind: 'binaryFocal', gamma: 2, alpha: null },
  ];
}

/** What slots hold after a program. */
async function run(backend: Backend, builder: CaseBuilder, program: 'predict' | 'gradients' | 'update') {
  const memory = await runCase(backend, builder.build([program]));
  return { get: (slot: number): number[] => Array.from(memory.floats.get(slot) ?? []) };
}
