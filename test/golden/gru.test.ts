import { describe, expect, it } from 'vitest';
import { reference } from '../support/backends.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';
import type { GoldenGruCase } from './gru-network.ts';
import { runGruCase } from './gru-network.ts';

const { cases } = readGolden<{ cases: GoldenGruCase[] }>('gru');

describe('GRU: forward, loss and all gradients as PyTorch in float64', () => {
  it.each(cases)('$name ($oracle)', async (golden) => {
    const pairs = await runGruCase(reference, golden);
    const errors = pairs.map(([name, actual, expected]) => [name, relativeError(actual, expected)] as const);
    expect(errors.filter(([, error]) => !(error <= doublePrecision))).toEqual([]);
    expect(errors.length).toBeGreaterThanOrEqual(6);
  });
});
