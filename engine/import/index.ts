import { WorkbenchError } from '../base/errors.ts';
import { modelFormats } from '../contract/files.ts';
import { importKeras, importKerasH5 } from './keras.ts';
import type { OpenHdf5 } from './keras-weights.ts';
import type { ImportedNetwork } from './network.ts';
import { importOnnx } from './onnx/index.ts';
import { importPytorch } from './pytorch.ts';
import { importSafetensors } from './safetensors.ts';

export interface ImportTools {
  readonly openHdf5: OpenHdf5;
}

/**
 * Reads a model file of any format that is known.
 * @param name the file's name, for its ending and for errors.
 * Throws `import/unsupported`, `import/damaged`.
 */
export async function importModel(
  bytes: Uint8Array,
  name: string,
  tools: ImportTools,
): Promise<ImportedNetwork> {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const format = Object.entries(modelFormats).find(([known]) => known === ending)?.[1];
  switch (format) {
    case 'onnx':
      return importOnnx(bytes, name);
    case 'keras':
      return importKeras(bytes, name, tools.openHdf5);
    case 'h5':
      return importKerasH5(bytes, name, tools.openHdf5);
    case 'pytorch':
      return importPytorch(bytes, name);
    case 'safetensors':
      return importSafetensors(bytes, name);
    case undefined:
      throw new WorkbenchError('import/unsupported', 'This is not a model file that is known', {
        where: name,
        hint: `Files that end with ${Object.keys(modelFormats)
          .map((text) => `.${text}`)
          .join(', ')} can be imported.`,
      });
  }
}
