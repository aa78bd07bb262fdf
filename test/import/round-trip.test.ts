import { describe, expect, it } from 'vitest';
import { exportModel } from '../../engine/export/export.ts';
import type { ExportSource } from '../../engine/export/source.ts';
import { fitNetwork } from '../../engine/import/fit.ts';
import { importModel } from '../../engine/import/index.ts';
import { WorkbenchError } from '../../engine/base/errors.ts';
import { hdf5Writer } from '../../main/platform/exports/hdf5.ts';
import { openHdf5 } from '../../main/platform/models/open-hdf5.ts';
import { architectures } from '../export/support/architectures.ts';
import { randomModel } from '../export/support/models.ts';

/** Formats that can be written and read. */
const formats = ['safetensors', 'onnx', 'keras'] as const;

async function written(source: ExportSource, format: (typeof formats)[number]): Promise<Uint8Array | null> {
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

/** Models that are more than a chain of layers in Keras. */
const beyondChain = /attention|residual|initial state|three different|head hardSigmoidOnnx/;

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
      if (format === 'keras' && beyondChain.test(architecture.name)) {
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
      const added = [...fitted.weights].filter(([weight]) => !source.weights.has(weight));
      if (format !== 'keras') {
        expect(fitted.experiment.model).toEqual(source.experiment.model);
        expect(added).toEqual([]);
      }
      // Keras knows no reset after without a recurrent bias: it comes back as one of zeros.
      for (const [weight, values] of added) {
        expect(weight).toMatch(/recurrentBias$/);
        expect(values.every((value) => value === 0)).toBe(true);
      }
    },
  );
});
