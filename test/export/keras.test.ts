import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { Hdf5Group } from '../../engine/export/hdf5.ts';
import { exportKeras, kerasConfig, kerasWeights } from '../../engine/export/keras/file.ts';
import { kerasGraph } from '../../engine/export/keras/layers.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { hdf5Writer } from '../../main/platform/exports/hdf5.ts';
import { architectures } from './support/architectures.ts';
import { judge } from './support/judge.ts';
import { extents, randomBatch, randomModel } from './support/models.ts';

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

describe('exported to Keras', () => {
  judge(
    {
      name: 'Keras',
      tool: 'keras',
      packages: ['keras', 'torch', 'h5py', 'numpy'],
      golden: new URL('../golden/keras-export/outputs.json', import.meta.url),
      digest,
      write: async (source, folder, index) => {
        writeFileSync(join(folder, `${index}.keras`), await exportKeras(source, true, hdf5Writer));
        return `${index}.keras`;
      },
    },
    exact,
  );

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
