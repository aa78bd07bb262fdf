import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sourcesDigest } from '../../engine/backends/portable/sources.mjs';

it('the committed WebAssembly was built from these C++ sources', () => {
  const record = JSON.parse(
    readFileSync(new URL('../../engine/backends/portable/sources.json', import.meta.url), 'utf8'),
  ) as { sha256: string };
  expect(
    record.sha256,
    'The kernels changed and kernels.wasm did not: run `node engine/backends/portable/build.mjs` and commit the result',
  ).toBe(sourcesDigest());
});
