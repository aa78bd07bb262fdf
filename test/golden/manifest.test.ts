import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readGolden, readManifest, relativeError } from './golden.ts';

it('every golden file is in the manifest, with its checksum', () => {
  const files = readdirSync(new URL('values', import.meta.url)).map((file) => file.replace(/\.json$/, ''));
  const manifest = readManifest();
  expect(Object.keys(manifest)).toEqual(files.sort());
  for (const name of files) {
    expect(readGolden<{ tool: string }>(name).tool).toBe(manifest[name]?.tool);
  }
});

it('a golden file that is missing from the manifest is refused with the way to make it again', () => {
  expect(() => readGolden('../manifest')).toThrow(/make_pytorch\.py/);
});

it('relativeError measures on the scale of the largest value and never forgives NaN', () => {
  expect(relativeError([1, 10.1], [1, 10])).toBeCloseTo(0.01, 12);
  expect(relativeError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([1e-300], [0])).toBe(Number.POSITIVE_INFINITY);
});
