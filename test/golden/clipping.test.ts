import { describe, expect, it } from 'vitest';
import type { ClipGradients } from '../../engine/ops/op.ts';
import { resultIndex } from '../../engine/plan/plan.ts';
import { reference } from '../support/backends.ts';
import { CaseBuilder } from '../support/case-builder.ts';
import { runCase } from '../support/run-case.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';

interface GoldenClipping {
  readonly gradients: number[][];
  readonly cases: {
    readonly mode: ClipGradients['mode'];
    readonly threshold: number;
    readonly gradientNorm: number;
    readonly clippedFraction: number;
    readonly clipped: number[][];
  }[];
}

const golden = readGolden<GoldenClipping>('clipping');

describe('clipping as torch.nn.utils', () => {
  it.each(golden.cases)('$mode at $threshold', async ({ mode, threshold, clipped, ...results }) => {
    const builder = new CaseBuilder('clip', { timesteps: 1, batch: 1 });
    const gradients = golden.gradients.map((values, index) =>
      builder.vector(`gradient ${index}`, values.length, { exactly: values }),
    );
    builder.add('update', { kind: 'clipGradients', gradients, mode, threshold });
    const memory = await runCase(reference, builder.build(['update']));
    const written = memory.floats.get(builder.results);
    expect(written?.[resultIndex.gradientNorm]).toBeCloseTo(results.gradientNorm, 12);
    expect(written?.[resultIndex.clippedFraction]).toBeCloseTo(results.clippedFraction, 12);
    clipped.forEach((expected, index) => {
      const actual = memory.floats.get(gradients[index] as number) ?? [];
      expect(relativeError(actual, expected)).toBeLessThanOrEqual(doublePrecision);
    });
  });
});
