import { describe, expect, it } from 'vitest';
import { openBackends, reference } from '../support/backends.ts';
import { doublePrecision, readGolden, relativeError } from './golden.ts';
import { type GoldenGruCase, type Pair, runGruCase } from './gru-network.ts';

const cases = ['gru', 'keras_gru'].flatMap((file) => readGolden<{ cases: GoldenGruCase[] }>(file).cases);

describe('GRU: forward, loss and all gradients in float64', () => {
  it.each(cases)('$name as $oracle', async (golden) => {
    const pairs = await runGruCase(reference, golden);
    expect(wrongPairs(pairs, doublePrecision)).toEqual([]);
    expect(pairs.length).toBeGreaterThanOrEqual(6);
  });
});

const present = (await openBackends()).filter((candidate) => candidate.outcome === 'present');

describe.each(present)('GRU: $backend.info.name, $backend.info.description', ({ backend }) => {
  it.each(cases)('$name within 1e-5 of $oracle', async (golden) => {
    expect(wrongPairs(await runGruCase(backend, golden), 1e-5)).toEqual([]);
  });
});

function wrongPairs(pairs: readonly Pair[], tolerance: number): string[] {
  return pairs.flatMap(({ name, actual, expected }) => {
    const error = relativeError(actual, expected);
    return error <= tolerance ? [] : [`${name}: relative error ${error.toExponential(2)}`];
  });
}
