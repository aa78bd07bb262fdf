import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('.', import.meta.url);

export interface ManifestEntry {
  readonly tool: string;
  readonly sha256: string;
}

export function readManifest(): Readonly<Record<string, ManifestEntry>> {
  return JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
}

/**
 * Values that PyTorch or Keras computed in float64, from `values/<name>.json`.
 * @throws when the file is not the one its generator wrote.
 */
export function readGolden<Content>(name: string): Content {
  const text = readFileSync(new URL(`values/${name}.json`, folder), 'utf8');
  const entry = readManifest()[name];
  if (entry === undefined || createHash('sha256').update(text).digest('hex') !== entry.sha256) {
    throw new Error(
      `test/golden/values/${name}.json is not what the manifest says. Restore it from version control, or make it ` +
        `again: pip install -r test/golden/requirements.txt, then python test/golden/make_pytorch.py (make_keras.py ` +
        'for names that start with keras) and commit the values with the manifest.',
    );
  }
  return JSON.parse(text);
}

/** Largest |actual - expected| relative to the largest |expected|; infinite where lengths differ or a NaN appears. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let error = 0;
  let scale = 0;
  expected.forEach((value, index) => {
    const difference = Math.abs((actual[index] as number) - value);
    error = Math.max(error, Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY);
    scale = Math.max(scale, Math.abs(value));
  });
  return error === 0 ? 0 : error / scale;
}

/** What is asked of the reference against float64 of another library. */
export const doublePrecision = 1e-9;
