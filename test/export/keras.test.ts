import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { Hdf5Group } from '../../engine/export/hdf5.ts';
import { exportKeras, kerasConfig, kerasWeights } from '../../engine/export/keras/file.ts';
import { kerasGraph } from '../../engine/export/keras/layers.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { hdf5Writer } from '../../main/platform/exports/hdf5.ts';
import { architectures } from './support/architectures.ts';
import { extents, largestDifference, ourPredictions, randomBatch, randomModel } from './support/models.ts';
import { findPython, type PythonAnswers, runPython } from './support/python.ts';

/**
 * What Keras answered after it had opened the exported files, with the SHA-256 of configuration and weights: when an
 * export changes, `GRU_PYTHON=... GRU_GOLDEN=write npx vitest run ... test/export/keras` asks Keras again.
 */
const goldenPath = new URL('../golden/keras-export/outputs.json', import.meta.url);
interface Golden {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: Readonly<Record<string, { sha256: string; outputs: readonly (readonly number[])[] }>>;
}

const cases = architectures().map((architecture, seed) => {
  const source = randomModel(architecture, seed);
  return {
    name: architecture.name,
    source,
    refusal: refusalOf(source),
    batches: extents.map((extent) => randomBatch(source, extent, seed, false)),
  };
});
const exact = cases.filter(({ refusal }) => refusal === null);

function refusalOf(source: ExportSource): WorkbenchError | null {
  try {
    kerasGraph(source, true);
    return null;
  } catch (error) {
    if (error instanceof WorkbenchError) return error;
    throw error;
  }
}

/** Of all that Keras reads; the HDF5 file itself holds times. */
function digest(source: ExportSource): string {
  const graph = kerasGraph(source, true);
  const hash = createHash('sha256').update(JSON.stringify(kerasConfig(graph)));
  const add = (group: Hdf5Group): void => {
    for (const [name, { shape, values }] of group.datasets ?? []) {
      hash.update(`${name}${JSON.stringify(shape)}`).update(new Uint8Array(values.slice().buffer));
    }
    for (const [name, inside] of group.groups ?? []) {
      hash.update(name);
      add(inside);
    }
  };
  add(kerasWeights(graph));
  return hash.digest('hex');
}

const folder = mkdtempSync(join(tmpdir(), 'gru-export-keras-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = findPython(['keras', 'torch', 'h5py', 'numpy']);
const writing = process.env.GRU_GOLDEN === 'write';

describe('exported to Keras', () => {
  let live: PythonAnswers | null = null;
  let ours: ReadonlyMap<string, readonly Float32Array[]> = new Map();
  let golden: Golden = { versions: {}, cases: {} };
  beforeAll(async () => {
    ours = new Map(
      await Promise.all(
        exact.map(
          async ({ name, source, batches }) => [name, await ourPredictions(source, batches)] as const,
        ),
      ),
    );
    if ('command' in python) {
      for (const [index, { source }] of exact.entries()) {
        writeFileSync(join(folder, `${index}.keras`), await exportKeras(source, true, hdf5Writer));
      }
      const listed = exact.map((exported, index) => ({ ...exported, file: `${index}.keras` }));
      live = runPython(python.command, 'keras', folder, listed);
      if (writing) {
        const kept = exact.map(({ name, source }) => [
          name,
          { sha256: digest(source), outputs: live?.cases[name] ?? 'nothing' },
        ]);
        const text = JSON.stringify({ versions: live.versions, cases: Object.fromEntries(kept) }, null, 1);
        writeFileSync(goldenPath, `${text}\n`);
      }
    }
    golden = JSON.parse(readFileSync(goldenPath, 'utf8'));
  });

  const compare = (name: string, answers: readonly (readonly number[])[] | string | undefined): void => {
    if (typeof answers === 'string') throw new Error(answers);
    const expected = ours.get(name) ?? [];
    expect(answers).toHaveLength(expected.length);
    expected.forEach((values, index) => {
      expect(largestDifference(values, answers?.[index] ?? [])).toBeLessThanOrEqual(1e-5);
    });
  };

  it.for(exact)('Keras answered what we answer: $name', ({ name, source }) => {
    expect(golden.cases[name]?.sha256).toBe(digest(source));
    compare(name, golden.cases[name]?.outputs);
  });

  it.for(exact)('Keras of this machine opens the file and answers the same: $name', ({ name }, { skip }) => {
    if ('missing' in python) return skip(python.missing);
    compare(name, live?.cases[name]);
  });

  it('leaves nothing uncompressed out that load_model reads', async () => {
    const [first] = exact;
    if (first === undefined) throw new Error('there are no cases');
    const files = unzipSync(await exportKeras(first.source, false, hdf5Writer));
    expect(Object.keys(files)).toEqual(['metadata.json', 'config.json', 'model.weights.h5']);
    expect(JSON.parse(strFromU8(files['metadata.json'] ?? new Uint8Array()))).toHaveProperty('keras_version');
    expect(strFromU8((files['model.weights.h5'] ?? new Uint8Array()).subarray(1, 4))).toBe('HDF');
  });

  it('refuses by its key what stock layers cannot say, and nothing else', () => {
    const refused = cases.flatMap(({ name, refusal }) =>
      refusal === null ? [] : [`${name}: ${refusal.code} ${refusal.where}`],
    );
    expect(refused).toEqual([
      'candidate hardSigmoidOnnx: export/unsupported model.layers.0.candidateActivation',
      'candidate leakyRelu: export/unsupported model.layers.0.candidateActivation',
      'gates hardSigmoidOnnx, reset before: export/unsupported model.layers.0.gateActivation',
      'layer normalization, reset before: export/unsupported model.layers.0.layerNormalization',
      'layer normalization, reset after: export/unsupported model.layers.0.layerNormalization',
      'layer normalization, reset afterRecurrentBias: export/unsupported model.layers.0.layerNormalization',
      'clipped gates: export/unsupported model.layers.0.clip',
      'clipped gates, bidirectional, learned state: export/unsupported model.layers.0.clip',
      'zoneout: export/unsupported model.layers.0.zoneout',
    ]);
  });
});
