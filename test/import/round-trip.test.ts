import { afterAll, describe, expect, it } from 'vitest';
import { exportModel } from '../../engine/export/export.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { fitNetwork } from '../../engine/import/fit.ts';
import { importModel } from '../../engine/import/index.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { hdf5Writer } from '../../main/platform/exports/hdf5.ts';
import { Hdf5Reader } from '../../main/platform/hdf5/hdf5-reader.ts';
import { openHdf5With } from '../../main/platform/models/open-hdf5.ts';
import { architectures } from '../export/support/architectures.ts';
import { randomModel } from '../export/support/models.ts';

const reader = new Hdf5Reader();
afterAll(() => reader.close());
const openHdf5 = openHdf5With(reader);

/** Formats that can be written and read. */
const formats = ['safetensors', 'onnx', 'keras'] as const;
type Written = (typeof formats)[number] | 'h5';

async function written(source: ExportSource, format: Written): Promise<Uint8Array | null> {
  try {
    const files = await exportModel(source, { format, stem: 'model', options: {} }, { hdf5: hdf5Writer });
    return files.find(({ path }) => path.endsWith(`.${format}`))?.bytes ?? null;
  } catch (error) {
    if (error instanceof WorkbenchError && error.code === 'export/unsupported') return null;
    throw error;
  }
}

/** Layers that ONNX has no operator for are written as a loop, with merged biases. */
function asLoop({ model }: ExportSource): boolean {
  return model.layers.some(
    ({ config }) =>
      config.clip !== null ||
      config.zoneout > 0 ||
      config.layerNormalization ||
      ['gelu', 'selu', 'swish'].some(
        (name) => name === config.gateActivation || name === config.candidateActivation,
      ),
  );
}

describe.each(formats)('%s', (format) => {
  it.each(architectures().map((architecture) => [architecture.name, architecture] as const))(
    'brings back every bit: %s',
    async (_, architecture) => {
      const source = randomModel(architecture, 5);
      const bytes = await written(source, format);
      if (bytes === null) return;
      const name = `model.${format}`;
      if (format === 'onnx' && asLoop(source)) {
        await expect(importModel(bytes, name, { openHdf5 })).rejects.toMatchObject({
          code: 'import/unsupported',
        });
        return;
      }
      const network = await importModel(bytes, name, { openHdf5 });
      const { inputs, outputs } = source.model;
      const fitted = fitNetwork(network, source.experiment, inputs, outputs);
      for (const [weight, values] of source.weights)
        expect(fitted.weights.get(weight), weight).toEqual(values);
      expect(fitted.experiment.model).toEqual(source.experiment.model);
      expect([...fitted.weights.keys()].sort()).toEqual([...source.weights.keys()].sort());
    },
  );
});

/** What a file of weights alone cannot tell apart, or say. */
const notByWeights = /attention|residual (layers|bidirectional)|initial state|learned state|three different/;

describe('h5, weights alone', () => {
  it.each(architectures().map((architecture) => [architecture.name, architecture] as const))(
    'brings back every bit: %s',
    async (_, architecture) => {
      const source = randomModel(architecture, 5);
      const bytes = await written(source, 'h5');
      if (bytes === null) return;
      const { inputs, outputs, readout } = source.model;
      const fitted = async () => {
        const network = await importModel(bytes, 'model.weights.h5', { openHdf5 });
        return fitNetwork({ ...network, readout }, source.experiment, inputs, outputs);
      };
      if (notByWeights.test(architecture.name)) {
        await expect(fitted()).rejects.toMatchObject({ code: expect.stringMatching(/^(import|config)\//) });
        return;
      }
      const { weights } = await fitted();
      for (const [weight, values] of source.weights) expect(weights.get(weight), weight).toEqual(values);
    },
  );
});
