import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportKeras } from '../../engine/export/keras/file.ts';
import { hdf5Writer } from '../../main/platform/exports/hdf5.ts';
import { architectures } from './support/architectures.ts';
import { extents, largestDifference, ourPredictions, randomBatch, randomModel } from './support/models.ts';
import { findPython, runPython } from './support/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'gru-export-saved-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const python = findPython(['keras', 'tensorflow', 'h5py', 'numpy']);

/** One of each kind of layer; the matrix is run in Keras itself. */
const chosen = [
  'one layer, reset afterRecurrentBias',
  'one layer, reset before',
  'bidirectional stack with a head',
  'read-out attention, bidirectional',
  'embeddings and features',
  'learned initial state',
];

describe('exported to Keras, then as a SavedModel', () => {
  it('computes the same in TensorFlow alone', { timeout: 600_000 }, async ({ skip }) => {
    if ('missing' in python) return skip(python.missing);
    const cases = await Promise.all(
      architectures()
        .filter(({ name }) => chosen.includes(name))
        .map(async (architecture, index) => {
          const source = randomModel(architecture, index);
          const file = `${index}.keras`;
          writeFileSync(join(folder, file), await exportKeras(source, true, hdf5Writer));
          const batches = extents.map((extent) => randomBatch(source, extent, index, false));
          return { name: architecture.name, file, source, batches };
        }),
    );
    expect(cases).toHaveLength(chosen.length);
    const answers = runPython(python.command, 'savedmodel', folder, cases);
    for (const { name, source, batches } of cases) {
      const ours = await ourPredictions(source, batches);
      const theirs = answers.cases[name];
      if (typeof theirs !== 'object') throw new Error(theirs);
      ours.forEach((values, index) => {
        expect(largestDifference(values, theirs[index] ?? []), name).toBeLessThanOrEqual(1e-5);
      });
    }
  });
});
